/**
 * Lets something go. What it throws, or rejects with, is of no use to anybody any more, and must not keep the rest of an end from happening.
 */
export async function quietly(release: () => unknown): Promise<void> {
  try {
    await release();
  } catch {}
}
