// Lists of codes with their names that fields offer, by the names that tables have for them.

import { useEffect } from 'preact/hooks'
import { rules } from '../../http/rules.ts'
import { severities } from '../../shown/shown-alert.ts'
import { mayUse, theatres, theatreWords } from '../../state/console-state.ts'
import { resource } from '../../state/resource.ts'
import { codeNames, countryWords } from '../../words/code-names.ts'
import { valueWords } from '../../words/filter-words.ts'
import { words } from '../../words/words.ts'

export type Option = readonly [code: string, words: string]
export type Options = readonly Option[]
export type OptionLists = Readonly<Record<string, Options>>

const known = resource(() => rules.list())

/** Rules are named to who may read them. */
export function useKnownRules(): void {
  useEffect(() => {
    if (mayUse('alerts:read') || mayUse('rules:manage')) void known.load()
  }, [])
}

const named = (codes: Iterable<string>, name: string): Options =>
  [...codes]
    .map((code): Option => [code, valueWords(name, code)])
    .sort(([, a], [, b]) => a.localeCompare(b, words.language))

/** Countries distinguish two areas of the same name. */
function areas(): Options {
  return named(Object.keys(codeNames.value.areas), 'admin1').map(([code, name]) => [
    code,
    `${name}, ${countryWords(code.slice(0, 2))}`
  ])
}

const ruleItems = () => known.state.value.body?.items ?? []

const lists: Readonly<Record<string, () => Options>> = {
  severities: () => severities.map(code => [code, words.severities[code]]),
  leastSeverities: () => severities.map(code => [code, valueWords('minSeverity', code)]),
  certainties: () => Object.entries(words.certainties),
  handlings: () => Object.entries(words.handlings),
  countries: () => named(Object.keys(codeNames.value.countries), 'country'),
  areas,
  categories: () => named(Object.keys(codeNames.value.categories), 'category'),
  patterns: () => named(new Set(ruleItems().map(({ pattern }) => pattern)), 'pattern'),
  rules: () => ruleItems().map(({ ruleId, title }) => [ruleId, title ?? ruleId]),
  theatres: () => theatres.value.map(({ id }) => [id, theatreWords(id)])
}

/** `own`: lists of the form itself. */
export function collectOptions(name: string, own: OptionLists): Options {
  return own[name] ?? lists[name]?.() ?? []
}
