/** What S3 answers in XML, as far as it is read here. Our keys need no escapes, but what others write may stand beside them. */

/** One page of a list. */
export interface S3Page {
  readonly objects: readonly { readonly key: string; readonly bytes: number }[];
  /** Beginnings of keys, up to the delimiter, where one was given. */
  readonly folders: readonly string[];
  /** Where the next page begins; undefined: this is the last one. */
  readonly next: string | undefined;
}

export function readPage(xml: string): S3Page {
  const objects = blocks(xml, 'Contents').map(block => ({ key: field(block, 'Key') ?? '', bytes: Number(field(block, 'Size') ?? 0) }));
  const folders = blocks(xml, 'CommonPrefixes').flatMap(block => field(block, 'Prefix') ?? []);
  return { objects, folders, next: field(xml, 'IsTruncated') === 'true' ? field(xml, 'NextContinuationToken') : undefined };
}

/** The code and the sentence of an error; undefined where there are none. */
export function readError(xml: string): { readonly code: string | undefined; readonly message: string | undefined } {
  return { code: field(xml, 'Code'), message: field(xml, 'Message') };
}

function blocks(xml: string, tag: string): string[] {
  return [...xml.matchAll(new RegExp(`<${tag}>(.*?)</${tag}>`, 'gs'))].map(([, inner]) => inner as string);
}

function field(xml: string, tag: string): string | undefined {
  const found = new RegExp(`<${tag}>(.*?)</${tag}>`, 's').exec(xml)?.[1];
  return found?.replace(/&(?:#x([0-9a-f]+)|#(\d+)|(\w+));/gi, (all, hex, decimal, name) =>
    name === undefined ? String.fromCodePoint(Number.parseInt(hex ?? decimal, hex ? 16 : 10)) : (ENTITIES[name] ?? all),
  );
}

const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
