// A rule as text that is edited, and what its refusals are about. Pure.

import { stringify } from 'yaml'
import type { FieldFault, Rule } from '../shown/answers.ts'
import { words } from '../words/words.ts'
import { readTyped, type TypedFault } from './typed-data.ts'

/** What a rule is made of, in the order in which it is read. */
const members = [
  'title',
  'pattern',
  'parameters',
  'where',
  'groupBy',
  'severities',
  'headline',
  'notify',
  'theatres',
  'budgets'
] as const

export const newRuleText = 'title: \npattern: \nparameters: {}\n'
export const ruleIdPattern = /^[a-z0-9][a-z0-9-]{0,63}$/

/** The declared members, without defaults of the pattern. */
export function formatRule(rule: Readonly<Record<string, unknown>>): string {
  return stringify(
    Object.fromEntries(
      members.flatMap(name => (rule[name] === undefined ? [] : [[name, rule[name]]]))
    )
  )
}

export type ReadRule =
  | {
      readonly kind: 'rule'
      readonly body: Readonly<Record<string, unknown>>
      readonly faultsOf: (told: readonly FieldFault[]) => readonly TypedFault[]
    }
  | { readonly kind: 'faults'; readonly faults: readonly TypedFault[] }

/** The body that a text represents, and the lines of what the suite refuses. */
export function readRule(text: string): ReadRule {
  const read = readTyped(text)
  if (read.kind === 'faults') return read
  const { value, placeOf } = read
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    return { kind: 'faults', faults: [{ line: 1, column: 1, detail: words.rules.noRule }] }
  }
  // Empty fields are not sent, so that the pattern's defaults apply.
  const body = Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== null && member !== '')
  )
  return {
    kind: 'rule',
    body,
    faultsOf: told =>
      told
        // A preview has the rule in a list.
        .map(({ pointer, detail }) =>
          placeOf({ pointer: pointer.replace(/^\/rules\/0/, ''), detail })
        )
        .sort((a, b) => a.line - b.line || a.column - b.column)
  }
}

export type RuleState = 'failing' | 'short' | 'warming' | 'runs'

export function findRuleState({
  failing,
  warming,
  retainedTooShort = [],
  namesNoRule = []
}: Rule): RuleState {
  if (failing.count > 0) return 'failing'
  if (retainedTooShort.length + namesNoRule.length > 0) return 'short'
  return warming.length > 0 ? 'warming' : 'runs'
}

const isWrong = (rule: Rule) => ['failing', 'short'].includes(findRuleState(rule))

/** What fails, or sees too little, first; then by name. */
export function rulesInOrder(all: readonly Rule[], text: string): readonly Rule[] {
  const sought = text.trim().toLowerCase()
  return all
    .filter(({ ruleId, title = '', pattern }) =>
      [ruleId, title, pattern].some(each => each.toLowerCase().includes(sought))
    )
    .sort((a, b) => {
      return (
        Number(isWrong(b)) - Number(isWrong(a)) ||
        (a.ruleId < b.ruleId ? -1 : a.ruleId > b.ruleId ? 1 : 0)
      )
    })
}
