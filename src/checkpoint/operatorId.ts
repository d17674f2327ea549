/** What identifies an operator in a checkpoint, in this program and in later ones: `windowBy/delays`. */
export function operatorId(kind: string, name: string): string {
  return `${kind}/${name}`;
}
