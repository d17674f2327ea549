/** Draws docs/streaming-102.svg, the picture of the README, and the same as a page that follows dark mode: `npx tsx examples/plane/main.ts`. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { planePage } from './page.js';
import { planeSvg } from './plane.js';
import { scoreScene } from './scores.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const scene = scoreScene();
const files = {
  'docs/streaming-102.svg': `${planeSvg(scene, { theme: 'light' })}\n`,
  'build/streaming-102.html': planePage(scene.title, [{ name: 'Streaming 102', svg: planeSvg(scene) }], {
    footer: 'Data: the running example of Tyler Akidau’s “Streaming 102”, read from the sources of its figures. Drawn by tidemark.',
  }),
};
for (const folder of ['docs', 'build']) mkdirSync(`${root}${folder}`, { recursive: true });
for (const [file, text] of Object.entries(files)) {
  writeFileSync(root + file, text);
  process.stdout.write(`${pathToFileURL(root + file).href}\n`);
}
