// A rule's own headline: a text with names in braces, such as `{group.settlement}: {measure.value}
// attacks`. Parsed once, filled in for each finding.

import { type Finding, roundMeasure } from '../finding/finding.ts'
import { areaName } from '../space-time/area-names.ts'
import { countryName } from '../space-time/country-names.ts'
import { formatDay } from '../space-time/event-time.ts'

/** Maximum length of a template, characters. */
export const headlineLengthMax = 300
/** Maximum length of a headline, characters; the rest is cut off. */
const renderedLengthMax = 500

export type HeadlineReading =
  | { readonly ok: true; render(finding: Finding, title: string): string }
  /** The fault, and its offset in the text. */
  | { readonly ok: false; readonly detail: string; readonly at: number }

type Part = string | ((finding: Finding, title: string) => string)

const unknown = '–'
const number = (value: number | null) => (value === null ? unknown : String(roundMeasure(value)))
const fillings: Readonly<Record<string, (finding: Finding, title: string) => string>> = {
  title: (_, title) => title,
  headline: finding => finding.headline,
  level: finding => String(finding.levels.at(-1)?.level ?? 1),
  count: finding => String(finding.triggers.length),
  from: finding => formatDay(finding.fromMs),
  to: finding => (finding.toMs === null ? 'now' : formatDay(finding.toMs)),
  'measure.name': finding => finding.measure.name,
  'measure.value': finding => number(finding.measure.value),
  'measure.threshold': finding => number(finding.measure.threshold),
  'measure.baseline': finding => number(finding.measure.baseline)
}

/** The names that stand in braces, for people. */
export const headlineNames: readonly string[] = ['group.<name>', ...Object.keys(fillings)]

/** Parses a template. A missing group value becomes a dash. Pure; never throws. */
export function readHeadline(text: string): HeadlineReading {
  if (text.trim() === '') return { ok: false, detail: 'must not be empty', at: 0 }
  if (text.length > headlineLengthMax)
    return {
      ok: false,
      detail: `is ${text.length} characters long; ${headlineLengthMax} are the most`,
      at: headlineLengthMax
    }
  const parts: Part[] = []
  let from = 0
  while (from < text.length) {
    const open = text.indexOf('{', from)
    const plain = text.slice(from, open === -1 ? text.length : open)
    const stray = plain.indexOf('}')
    if (stray !== -1) return { ok: false, detail: 'has a } without its {', at: from + stray }
    parts.push(plain)
    if (open === -1) break
    const close = text.indexOf('}', open)
    if (close === -1) return { ok: false, detail: 'has a { without its }', at: open }
    const part = fillingOf(text.slice(open + 1, close).trim())
    if (part === null) {
      const detail = `names {${text.slice(open + 1, close)}}, which is not known; there are ${headlineNames.join(', ')}`
      return { ok: false, detail, at: open }
    }
    parts.push(part)
    from = close + 1
  }
  return {
    ok: true,
    render: (finding, title) =>
      parts
        .map(part => (typeof part === 'string' ? part : part(finding, title)))
        .join('')
        .slice(0, renderedLengthMax)
  }
}

function fillingOf(name: string): Part | null {
  const group = /^group\.([A-Za-z][A-Za-z0-9]{0,31})$/.exec(name)?.[1]
  // The group holds the code, for programs; people read the name.
  if (group === 'admin1')
    return ({ group: { admin1 } }) => (admin1 === undefined ? unknown : areaName(admin1))
  if (group === 'country')
    return ({ group: { country } }) => (country === undefined ? unknown : countryName(country))
  if (group !== undefined) return finding => finding.group[group] ?? unknown
  return Object.hasOwn(fillings, name) ? (fillings[name] as Part) : null
}
