// The fields of the rule that is shown: another look at its text, which both change.

import { computed, signal } from '@preact/signals'
import {
  type FormParameter,
  fieldFaults,
  listParameters,
  type RuleFields,
  readFields,
  writeField
} from '../../upkeep/rule-form.ts'
import type { SendState } from '../command.ts'
import { ruleDraft, ruleList, ruleOutcome } from './rules.ts'

/** As typed: `0.` is on its way to `0.5`, and the text has a number. */
const lastTyped = signal<{ readonly text: string; readonly fields: RuleFields } | null>(null)

/** The patterns of rules that Tocsin has, with their parameters. */
export const patterns = computed<ReadonlyMap<string, readonly FormParameter[]>>(() => {
  const rules = ruleList.state.value.body?.items ?? []
  return new Map(
    rules
      .toSorted((a, b) => (a.pattern < b.pattern ? -1 : 1))
      .map(({ pattern, inForce }) => [pattern, listParameters(inForce)])
  )
})

const patternTyped = computed(() => {
  const { text } = ruleDraft.typed.value
  return String(readFields(text, [])?.pattern ?? '')
})
export const parametersNow = computed(() => patterns.value.get(patternTyped.value) ?? [])

/** Null: the text must be mended first. */
export const fieldsNow = computed<RuleFields | null>(() => {
  const { text } = ruleDraft.typed.value
  return lastTyped.value?.text === text
    ? lastTyped.value.fields
    : readFields(text, parametersNow.value)
})

export const ruleForm = {
  typed: computed<RuleFields>(() => fieldsNow.value ?? {}),
  state: computed<SendState>(() => {
    const outcome = ruleOutcome.value
    return outcome.kind === 'refused'
      ? { kind: 'refused', text: null, faults: fieldFaults(outcome.faults, fieldsNow.value ?? {}) }
      : { kind: 'idle' }
  }),
  change: (members: Partial<RuleFields>) => {
    const before = ruleDraft.typed.peek().text
    let text = before
    for (const [path, value = ''] of Object.entries(members))
      text = writeField(text, path, value, parametersNow.peek())
    lastTyped.value = { text, fields: { ...ruleForm.typed.peek(), ...members } as RuleFields }
    ruleDraft.change({ text })
    // Another pattern has other fields.
    if (members.pattern !== undefined) lastTyped.value = null
  }
}
