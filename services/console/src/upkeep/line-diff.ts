// The difference of two texts, line by line. Pure.

export interface DiffLine {
  readonly kind: 'same' | 'gone' | 'new'
  readonly line: string
}

/** By the longest common list of lines. O(lines of one times lines of the other). */
export function diffLines(before: string, after: string): readonly DiffLine[] {
  const [a, b] = [before, after].map(text => text.split('\n').filter(line => line !== '')) as [
    string[],
    string[]
  ]
  // common[i][j]: of the lines from i and from j on.
  const common = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1))
  const from = (i: number, j: number) => common[i]?.[j] ?? 0
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      (common[i] as Uint32Array)[j] =
        a[i] === b[j] ? from(i + 1, j + 1) + 1 : Math.max(from(i + 1, j), from(i, j + 1))
  const lines: DiffLine[] = []
  let [i, j] = [0, 0]
  while (i < a.length || j < b.length) {
    if (i < a.length && j < b.length && a[i] === b[j]) {
      lines.push({ kind: 'same', line: b[j++] as string })
      i++
    } else if (j >= b.length || (i < a.length && from(i + 1, j) >= from(i, j + 1)))
      lines.push({ kind: 'gone', line: a[i++] as string })
    else lines.push({ kind: 'new', line: b[j++] as string })
  }
  return lines
}
