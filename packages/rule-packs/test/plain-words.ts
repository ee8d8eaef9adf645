// Requirements on the texts and the measure of every alert, of any pattern.

import type { AlertState } from '@tocsin/contracts/alert/alert'
import { categories, tactics } from '@tocsin/contracts/theatre/report'
import { expect } from 'vitest'

type Told = Pick<AlertState, 'headline' | 'explanation' | 'measure'> & {
  readonly levels: readonly { readonly reason: string }[]
}

/** Faults in texts for people, by name. Text in backticks is exempt: it quotes the rule. */
const blemishes: Readonly<Record<string, RegExp>> = {
  'the code of an area': /\b(?:ML|BF|NE)-[0-9A-Z]{1,3}\b/,
  'the code of a category or tactic': new RegExp(
    `\\b(?:other:|ied\\b|${[...categories, ...tactics].filter(code => code.includes('-')).join('|')})`
  ),
  'one day as an interval': /\bfrom (\d{1,2} \w+ \d{4}) to \1/i,
  'one of many': /(?<![\d.,])1 (?:independent |different |named )?\w+(?<!status|this|was|is)s\b/,
  'no such thing counted': /(?<![\d.,])0 (?:threat|attack|incident|independent|area)/,
  'a name twice': /(?<![\p{L}])(\p{Lu}[\p{L}’' -]*?) (?:\(\1\)|in \1(?![\p{L}]))/u,
  'a name that is not known': /\?|–|undefined|null|NaN/
}

/**
 * Fails for texts that are meant for programs, for bad grammar, and for a threshold below its
 * baseline.
 */
export function expectPlainWords({ headline, explanation, measure, levels }: Told): void {
  for (const text of [headline, explanation, measure.name, ...levels.map(({ reason }) => reason)])
    expectPlain(text)
  if (measure.baseline !== null) expect(measure.threshold).toBeGreaterThanOrEqual(measure.baseline)
}

/** The same for one text. */
export function expectPlain(text: string): void {
  const own = text.replaceAll(/`[^`]*`/g, '')
  for (const [name, blemish] of Object.entries(blemishes)) expect(own, name).not.toMatch(blemish)
}
