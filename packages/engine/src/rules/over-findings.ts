// Building blocks over findings (level 1): each finding of another rule counts as one incident on the
// day of its entry. A rule can so ask for three fronts in a month, or for a siege and then a mass
// killing in one area. Findings of level 1 are never read, so there are no cycles.

import { blockSource } from './block-groups.ts'
import type {
  AnyRuleDefinition,
  Parameter,
  ParameterFault,
  RuleTexts,
  TextsByLanguage
} from './definition.ts'
import { readTexts } from './definition.ts'
import type { DayRule, FindingsRule } from './rule.ts'

/** The tactic by which a predicate recognises the pattern of a finding. */
export function nameFindingTactic(pattern: string): string {
  return `other:finding-${pattern}`
}

const prefix = 'findings-'

const of: Parameter<readonly string[]> = {
  default: [],
  unit: 'patterns or rules',
  meaning: 'patterns or rules whose findings count; if empty, all of level 0',
  source: blockSource,
  itemFaults: item =>
    typeof item === 'string' && item !== ''
      ? []
      : [{ path: [], detail: 'must be the name of a pattern or the id of a rule' }]
}

/** The same block over findings. `isLevel1`: the findings of such patterns are never read. */
export function makeFindingsDefinition(
  block: AnyRuleDefinition,
  isLevel1: (pattern: string) => boolean
): AnyRuleDefinition {
  return {
    ...block,
    id: `${prefix}${block.id}`,
    parameters: { ...block.parameters, of },
    examples: [],
    texts: parameters => mapTexts(readTexts(block, parameters)),
    faultsOf: parameters => [
      ...(block.faultsOf?.(parameters) ?? []),
      ...findCycleFaults(parameters.of as readonly string[], isLevel1)
    ],
    make: (parameters, base): FindingsRule => {
      const rule = block.make(parameters, base) as DayRule
      const readsFindingsOf = parameters.of as readonly string[]
      return { ...rule, isNewsWhileOpen: false, readsFindingsOf }
    }
  }
}

function findCycleFaults(
  names: readonly string[],
  isLevel1: (pattern: string) => boolean
): readonly ParameterFault[] {
  const detail = 'is of level 1: a rule over findings reads only level 0'
  return names.flatMap((name, i) => (isLevel1(name) ? [{ path: ['of', i], detail }] : []))
}

function mapTexts({ en, fr }: TextsByLanguage): TextsByLanguage {
  return {
    en: mapWords(en, text => text.replace(/\bincident(s?)\b/g, 'finding$1')),
    fr: mapWords(fr, text =>
      text.replace(/d’incident/g, 'de constat').replace(/\bincident(s?)\b/g, 'constat$1')
    )
  }
}

function mapWords(texts: RuleTexts, map: (text: string) => string): RuleTexts {
  const { headline, why, ends, measure, ...others } = texts
  return {
    ...others,
    headline: map(headline),
    why: map(why),
    ends: map(ends),
    measure: map(measure)
  }
}
