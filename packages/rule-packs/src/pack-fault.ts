// A fault of a pack and its place: file, line and column for authors, a path for programs.

export interface PackFault {
  /** From 1. */
  readonly line: number
  readonly column: number
  /** Members and indices from the top of the file; empty for the whole file. */
  readonly path: readonly (string | number)[]
  /** A sentence without its subject. */
  readonly detail: string
}

/** The place in words: `rules[2].parameters.heldDays`; `the pack` for the whole file. */
export function formatPath(path: PackFault['path']): string {
  if (path.length === 0) return 'the pack'
  return path
    .map((part, i) => (typeof part === 'number' ? `[${part}]` : `${i === 0 ? '' : '.'}${part}`))
    .join('')
}

/** One line for people: `packs/mine.yaml:12:5 rules[0].pattern is not a pattern: …`. */
export function formatFault(file: string, { line, column, path, detail }: PackFault): string {
  return `${file}:${line}:${column} ${formatPath(path)} ${detail}`
}
