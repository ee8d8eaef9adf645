// Lines of CSV, which people open in spreadsheets. Pure.

import { stringify } from 'csv-stringify/sync'

export type CsvValue = string | number | boolean | null

/**
 * A text that a spreadsheet would take for a formula begins with an apostrophe; a negative number
 * stays a number.
 */
export function csvLine(values: readonly CsvValue[]): string {
  const cells = values.map(value =>
    typeof value === 'string' ? value.replaceAll(formulaInside, "$&'") : value
  )
  return stringify([cells], { escape_formulas: true, cast: { boolean: value => String(value) } })
}

/**
 * Where a spreadsheet that splits at `;` or at tabs would begin a cell with a formula; or one that
 * drops what is not seen, a text with that before it. A tab at the beginning is a separator first.
 */
const formulaInside =
  /(?:[;\t]|^(?=[\s\p{Default_Ignorable_Code_Point}]))(?=[\s\p{Default_Ignorable_Code_Point}]*[=+\-@＝＋－＠])/gu
