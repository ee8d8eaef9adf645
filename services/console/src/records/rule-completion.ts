// What fits at a place in the YAML of a rule: members by the schema of packs, patterns, parameters. Pure.

import schema from '@tocsin/rule-packs/rule-pack.v1.schema.json' with { type: 'json' }
import { severities } from '../shown/shown-alert.ts'
import type { FormParameter } from './rule.ts'

export interface RuleNames {
  readonly patterns: ReadonlyMap<string, readonly FormParameter[]>
  readonly theatres: readonly string[]
}

export interface Fitting {
  /** Where the word begins in the line. */
  readonly from: number
  readonly options: readonly {
    readonly label: string
    readonly detail?: string
    readonly apply?: string
  }[]
}

/** Members of a pack that are no members of a rule that Tocsin has. */
const ofPacks = new Set(['id', 'enabled', 'levels', 'resolve', 'examples'])
const ruleMembers: Readonly<
  Record<string, { readonly description?: string; readonly $ref?: string }>
> = schema.$defs.rule.properties
const members = Object.entries(ruleMembers).flatMap(([label, { description = '' }]) =>
  ofPacks.has(label)
    ? []
    : [
        {
          label,
          detail: description,
          apply: label === 'parameters' ? 'parameters:\n  ' : `${label}: `
        }
      ]
)
const values: Readonly<Record<string, readonly string[]>> = {
  notify: schema.$defs.rule.properties.notify.enum,
  severities
}

/** `before`: the text to the cursor. Null: nothing is known to fit. */
export function completeRule(before: string, names: RuleNames): Fitting | null {
  const lines = before.split('\n')
  const line = lines.at(-1) ?? ''
  const word = /[\w-]*$/.exec(line)?.[0] ?? ''
  const from = line.length - word.length
  const member = /^(\w+):[ \t]*\[?(?:[\w-]+,\s*)*[\w-]*$/.exec(line)?.[1]
  if (member !== undefined) {
    const fitting = member === 'pattern' ? [...names.patterns.keys()] : listValues(member, names)
    // A word that is whole is not offered: Enter begins the next line.
    if (fitting === undefined || fitting.includes(word)) return null
    return { from, options: fitting.map(label => ({ label })) }
  }
  if (/^\w*$/.test(line)) return { from, options: members }
  const above = lines.findLast((text, i) => i < lines.length - 1 && /^\w/.test(text))
  if (!/^\s+[\w-]*$/.test(line) || above?.startsWith('parameters:') !== true) return null
  const pattern = /^pattern:\s*([\w-]+)/m.exec(before)?.[1] ?? ''
  const parameters = names.patterns.get(pattern) ?? []
  return {
    from,
    options: parameters.map(({ name, unit, meaning }) => ({
      ...{ label: name, apply: `${name}: ` },
      detail: unit === '' ? meaning : `${unit}: ${meaning}`
    }))
  }
}

function listValues(member: string, { theatres }: RuleNames): readonly string[] | undefined {
  return member === 'theatres' ? theatres : values[member]
}
