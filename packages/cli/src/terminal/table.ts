// Plain tables for people: columns as wide as their content. Pure.

/**
 * Lines of a table with column headings; without rows the single line `none`. Each cell is one
 * line: control characters become spaces.
 */
export function formatTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[]
): readonly string[] {
  if (rows.length === 0) return [none]
  const cells = [
    columns.map(column => splitName(column).toUpperCase()),
    ...rows.map(row => columns.map((_, i) => toOneLine(row[i] ?? '')))
  ]
  const widths = columns.map((_, i) => Math.max(...cells.map(row => row[i]!.length)))
  return cells.map(row =>
    row.map((cell, i) => (i === row.length - 1 ? cell : cell.padEnd(widths[i]!))).join('  ')
  )
}

/** The words of a column's name: `fromReport` is `from report`. */
export function splitName(column: string): string {
  return column.replace(/([a-z])([A-Z])/g, (_, end, start) => `${end} ${start.toLowerCase()}`)
}

/** Printed for an empty list. */
export const none = 'none'

/**
 * External text as one printable line: it can't move the terminal's cursor, start a new line or
 * turn the direction of others.
 */
export function toOneLine(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not reach a terminal.
  return text.replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]+/g, ' ')
}
