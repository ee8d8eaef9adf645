// Why a cell is likely not the day or the number that its column asks for. Every format words its
// faults here.

type Cause = readonly [RegExp, (text: string) => string]

const anyCauses: readonly Cause[] = [
  [/^#+$/, () => 'the column was too narrow when Excel saved it: widen it and save again'],
  [/^#(?:N\/A|REF!|VALUE!|DIV\/0!|NAME\?|NUM!|NULL!)$/i, () => 'the error of a formula'],
  [
    /^(?:n\/?a|nan|null|none|nil|unknown|unk|tbd|missing|-+|\?+|\.)$/i,
    () => 'a word for no value: leave the cell empty, or list it under empty in a mapping'
  ]
]

const dayCauses: readonly Cause[] = [
  [
    /^[2-7]\d{4}(?:[.,]\d+)?$/,
    text =>
      `Excel's serial day of ${formatSerialDay(text)}: format the column as a date and save again, or state dates.formats: [excel] in a mapping`
  ],
  [
    /^\d{1,2}[./-]\d{1,2}[./-]\d{4}\b/,
    () => 'day or month first? Write 2024-12-31, or state dates.formats in a mapping'
  ],
  [
    /^\d{1,2}[./-]\d{1,2}[./-]\d{2}$/,
    () =>
      'a year of two digits, and day or month first? Write 2024-12-31, or state dates.formats in a mapping'
  ],
  [
    /^\d{1,2}[ -][A-Za-z]{3,9}\.?[ -]\d{2}$/,
    () => 'a year of two digits: write all four, or state dates.formats in a mapping'
  ],
  [/^\d{4}$/, () => 'a year alone: a report needs a day, or dates.formats: [YYYY] in a mapping'],
  [
    /^(?:\d{4}-\d{2}|[A-Za-z]{3,9} \d{4})$/,
    () => 'a month alone: a report needs a day, or dates.formats such as [YYYY-MM] in a mapping'
  ],
  [/^\d{4}-\d\d-\d\d$/, () => 'not in the calendar'],
  [/^\d{9,10}(?:\.0+)?$|^\d{12,13}$/, () => 'a Unix time, which is no day: convert it'],
  [
    /^\d{4}-\d\d-\d\d[ T]\d/,
    () => 'a time without its offset from UTC: write 2024-12-31, or 2024-12-31T08:00:00Z'
  ]
]

const numberCauses: readonly Cause[] = [
  [
    /^[+-]?\d+(?:\.\d+)?\s*[,;]\s+[+-]?\d+(?:\.\d+)?$|^[+-]?\d+\.\d+\s*[,;]\s*[+-]?\d+\.\d+$/,
    () =>
      'two numbers in one cell: split them into two columns, or state location.latLon in a mapping'
  ],
  [
    /^[+-]?\d{1,3}(?:[, .'’\u00a0\u202f]\d{3}){2,}$/,
    () => 'thousands separators: write the digits alone'
  ],
  [
    /^[+-]?\d+,\d+$/,
    text => `a decimal comma: write ${text.replace(',', '.')}, or state decimal: "," in a mapping`
  ],
  [
    /^[+-]?\d{1,3}(?:[ '’\u00a0\u202f]\d{3})+$/,
    () => 'thousands separators: write the digits alone'
  ],
  [/^\d{1,2}[ -][A-Za-z]{3}$|^[A-Za-z]{3}[ -]\d{2,4}$/, () => 'a number that Excel made a date'],
  [
    /[°º′″]|\d['"]|\d\s*[NSEW]$/i,
    () => 'degrees with minutes or a direction: write decimal degrees, such as -4.1'
  ],
  [
    /^\d+\s*(?:-|–|to)\s*\d+$|^[<>~≈]|\+$|^(?:at least|about|over|several|dozens)\b/i,
    () => 'a range or an estimate in words: write one number'
  ]
]

/** The likely cause, as the end of a sentence; empty if none is known. Pure. */
export function explainNoDay(text: string): string {
  return explain(text, dayCauses)
}

/** See `explainNoDay`. */
export function explainNoNumber(text: string): string {
  return explain(text, numberCauses)
}

function explain(text: string, causes: readonly Cause[]): string {
  const found = [...anyCauses, ...causes].find(([shape]) => shape.test(text.trim()))
  return found === undefined ? '' : ` (${found[1](text.trim())})`
}

/** Source: Excel counts days from 30 December 1899. */
function formatSerialDay(text: string): string {
  const days = Math.floor(Number(text.replace(',', '.')))
  return new Date(Date.UTC(1899, 11, 30 + days)).toISOString().slice(0, 10)
}
