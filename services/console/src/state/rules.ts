// Rules, the opened one, and the text of its change with what it would do.

import { signal } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import { rules } from '../http/rules.ts'
import type { Rule, RulePreview } from '../shown/rule.ts'
import { newRuleText, readRule, ruleIdPattern, textOfRule } from '../upkeep/rule-text.ts'
import type { TypedFault } from '../upkeep/typed-data.ts'
import { words } from '../words/words.ts'
import { announce } from './announcements.ts'
import { openItem } from './current-view.ts'
import { formDraft } from './form-draft.ts'
import { resource } from './resource.ts'

export const ruleList = resource(() => rules.list())
export const sought = signal('')

export interface RuleDraft {
  /** Of which rule; `new`: of none yet. */
  readonly of: string
  readonly id: string
  /** The version that was seen; null for a new rule. */
  readonly version: number | null
  readonly text: string
}

export const ruleDraft = formDraft<RuleDraft>(() => ({ of: '', id: '', version: null, text: '' }))

/** What became of the last preview or change. A preview is of one text: another text needs another. */
export type RuleOutcome =
  | { readonly kind: 'idle' | 'previewing' | 'backtesting' | 'saving' }
  | { readonly kind: 'refused'; readonly text: string; readonly faults: readonly TypedFault[]; readonly isStale: boolean }
  | { readonly kind: 'preview'; readonly of: string; readonly preview: RulePreview }
  | { readonly kind: 'done'; readonly text: string }

export const ruleOutcome = signal<RuleOutcome>({ kind: 'idle' })

/** What the typed rule would have told; of one text, as a preview is. It permits nothing. */
export const backtest = signal<{ readonly of: string; readonly preview: RulePreview } | null>(null)

/** Texts of rules that were left for a look at another one, by rule. */
const kept = new Map<string, RuleDraft>()

/** Begins a change unless that of this rule has begun. `rule`: null for a new one. */
export function beginRule(rule: Rule | null): void {
  const of = rule?.ruleId ?? 'new'
  const before = ruleDraft.typed.peek()
  if (before.of === of) return
  if (before.of !== '') kept.set(before.of, before)
  const begun = kept.get(of)
  resetRule(rule)
  if (begun !== undefined) ruleDraft.change(begun)
}

/** Drops what was typed and shows what is in force. */
export function resetRule(rule: Rule | null): void {
  ruleDraft.clear()
  kept.delete(rule?.ruleId ?? 'new')
  ruleDraft.typed.value =
    rule === null
      ? { of: 'new', id: '', version: null, text: newRuleText }
      : { of: rule.ruleId, id: rule.ruleId, version: rule.ruleVersion, text: textOfRule(rule) }
  ruleOutcome.value = { kind: 'idle' }
  backtest.value = null
}

/** Drops what was typed, and shows what is in force now. */
export async function reloadRule(id: string): Promise<void> {
  await ruleList.load()
  resetRule(ruleList.state.peek().body?.items.find(({ ruleId }) => ruleId === id) ?? null)
}

function tell(outcome: RuleOutcome): void {
  ruleOutcome.value = outcome
  if (outcome.kind === 'refused' || outcome.kind === 'done') announce(outcome.text)
}

/** The typed rule, or null once its faults have been told. */
function typedRule(): Extract<ReturnType<typeof readRule>, { kind: 'rule' }> | null {
  const { id, text } = ruleDraft.typed.peek()
  const read = readRule(text)
  const told = words.rules
  if (!ruleIdPattern.test(id)) tell({ kind: 'refused', text: told.idFault, faults: [], isStale: false })
  else if (read.kind === 'faults') tell({ kind: 'refused', text: told.faulty, faults: read.faults, isStale: false })
  else return read
  return null
}

/** What the change would do, before it does. */
export async function previewRule(): Promise<void> {
  const read = typedRule()
  if (read === null) return
  const { id, text } = ruleDraft.typed.peek()
  ruleOutcome.value = { kind: 'previewing' }
  const answer = await rules.preview({ ...read.body, id })
  if (answer.kind !== 'ok') return refuse(answer, read)
  announce(words.rules.previewed)
  ruleOutcome.value = { kind: 'preview', of: text, preview: answer.body }
}

/** What the typed rule alone would have told. A preview that was shown of the same text stays. */
export async function backtestRule(): Promise<void> {
  const read = typedRule()
  if (read === null) return
  const { id, text } = ruleDraft.typed.peek()
  const before = ruleOutcome.peek()
  backtest.value = null
  ruleOutcome.value = { kind: 'backtesting' }
  const answer = await rules.backtest({ ...read.body, id })
  if (answer.kind !== 'ok') return refuse(answer, read)
  ruleOutcome.value = before.kind === 'preview' && before.of === text ? before : { kind: 'idle' }
  backtest.value = { of: text, preview: answer.body }
  announce(words.rules.backtested)
}

/** Puts the typed rule into force, if it is still the version that was seen. */
export async function putRule(): Promise<void> {
  const read = typedRule()
  if (read === null) return
  const { id, version } = ruleDraft.typed.peek()
  ruleOutcome.value = { kind: 'saving' }
  const answer = await rules.put(id, read.body, version)
  if (answer.kind !== 'ok') return refuse(answer, read)
  resetRule(answer.body)
  tell({ kind: 'done', text: words.rules.saved(answer.body.ruleVersion) })
  await ruleList.load()
  if (version === null) openItem(id)
}

export async function withdrawRule(rule: Rule): Promise<void> {
  ruleOutcome.value = { kind: 'saving' }
  const answer = await rules.withdraw(rule.ruleId, rule.ruleVersion)
  if (answer.kind !== 'ok') return refuse(answer, null)
  ruleDraft.clear()
  await ruleList.load()
  openItem(null)
  tell({ kind: 'done', text: words.rules.withdrawn(rule.ruleId) })
}

function refuse(answer: Exclude<Answer<unknown>, { kind: 'ok' }>, read: ReturnType<typeof typedRule>): void {
  if (answer.kind === 'unreachable') {
    tell({ kind: 'refused', text: words.views.unreachable, faults: [], isStale: false })
    return
  }
  const { detail, status, errors = [] } = answer.problem
  const faults = read?.faultsOf(errors) ?? []
  const isStale = status === 409 || status === 428
  const text = isStale ? words.rules.stale(detail) : faults.length > 0 ? words.rules.faulty : words.views.refused(detail)
  tell({ kind: 'refused', text, faults, isStale })
}
