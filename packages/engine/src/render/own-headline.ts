// The headline that a rule pack gives a rule: `{group.settlement}: {measure.value} attacks`.

import type { AlertSum } from '@tocsin/contracts/record/alert-event-v3'
import type { Language } from '../rules/definition.ts'
import { findAreaName } from './area-names.ts'
import { fillTemplate, type LazyValue, listPlaceholders } from './template.ts'

const unknown = '–'
const maxLength = 500
const groupPrefix = 'group.'

export interface OwnHeadlineWords {
  readonly title: string
  /** Headline and name of the measure, of the definition. */
  readonly headline: string
  readonly measure: string
}

/** `values`: those of the definition's own texts. Names of groups that the alert lacks become a dash. */
export function fillOwnHeadline(
  template: string,
  { group, levels, value, threshold, baseline }: AlertSum,
  { title, headline, measure }: OwnHeadlineWords,
  values: Readonly<Record<string, LazyValue | undefined>>,
  language: Language
): string {
  const groupNames = listPlaceholders(template).filter(name => name.startsWith(groupPrefix))
  const groups = groupNames.map(name => {
    const member = name.slice(groupPrefix.length)
    const stated = group[member] ?? unknown
    // The group has the code of an area, for programs.
    const isArea = member === 'admin1' || member === 'country'
    return [name, isArea && stated !== unknown ? findAreaName(stated, language) : stated]
  })
  const own = {
    ...{ title, headline, level: levels.length },
    'measure.name': measure,
    'measure.value': value,
    'measure.threshold': threshold,
    'measure.baseline': baseline ?? unknown
  }
  const all = { ...values, ...own, ...Object.fromEntries(groups) }
  return fillTemplate(template, all, language).slice(0, maxLength)
}
