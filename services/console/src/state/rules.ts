// Rules: the opened one, its changed text with the preview, its form, its versions, and what nearly
// fired.

import { computed, signal } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import { rules } from '../http/requests.ts'
import {
  type FormParameter,
  fieldFaults,
  formatRule,
  listParameters,
  newRuleText,
  type RuleFields,
  readFields,
  readRule,
  ruleIdPattern,
  type TypedFault,
  writeField
} from '../records/rule.ts'
import type { NearMisses, Rule, RulePreview, RuleVersion } from '../shown/answers.ts'
import { words } from '../words/words.ts'
import { address, setAddress } from './address.ts'
import { isLive, nowMs } from './console-state.ts'
import { currentItem, openItem } from './current-view.ts'
import { command, formDraft, type SendState } from './forms.ts'
import { announce } from './notices.ts'
import { resource } from './resource.ts'

export const ruleList = resource(() => rules.list())
const soughtMax = 200
/** The search text for rules: part of the address, as filters are. */
export const sought = computed(() => (address.value.get('find') ?? '').slice(0, soughtMax))

export function seek(text: string): void {
  setAddress({ find: text === '' ? null : text })
}

const newRule = 'new'

export interface RuleDraft {
  /** The rule's id; `new`: none yet; empty: none is shown. */
  readonly of: string
  readonly id: string
  /** The version that was seen; null for a new rule. */
  readonly version: number | null
  readonly text: string
}

const noRule: RuleDraft = { of: '', id: '', version: null, text: '' }
export const ruleDraft = formDraft<RuleDraft>(
  () => noRule,
  ({ of }) => of
)

/** Of the last preview or change. A preview is for one text. */
export type RuleOutcome =
  | { readonly kind: 'idle' | 'previewing' | 'backtesting' | 'publishing' }
  | {
      readonly kind: 'refused'
      readonly text: string
      readonly faults: readonly TypedFault[]
      readonly isStale: boolean
    }
  | {
      readonly kind: 'preview'
      readonly of: string
      readonly preview: RulePreview
      readonly askedAtMs: number
    }
  | { readonly kind: 'done'; readonly text: string }

const outcomes = signal<ReadonlyMap<string, RuleOutcome>>(new Map())
/** Of the rule that is shown: who looks at another one meanwhile finds it there. */
export const ruleOutcome = computed<RuleOutcome>(
  () => outcomes.value.get(ruleDraft.typed.value.of) ?? { kind: 'idle' }
)

/** Long enough to read it and ask somebody; a busy theatre has new alerts meanwhile, ms. */
export const previewGoodMs = 5 * 60_000

/** Of the typed text; null: none. Only a current one permits publishing. */
export const previewNow = computed<'current' | 'old' | null>(() => {
  const outcome = ruleOutcome.value
  if (outcome.kind !== 'preview' || outcome.of !== ruleDraft.typed.value.text) return null
  return nowMs.value - outcome.askedAtMs >= previewGoodMs ? 'old' : 'current'
})

/** The preview or backtest that is waited for. */
let waiting: AbortController | null = null

/** Ends what is waited for, in the suite too: others wait for their turn. */
export function endPreview(): void {
  waiting?.abort()
  waiting = null
}

/** The answer; null where it was ended before. */
async function unlessEnded<T>(
  ask: (ended: AbortSignal) => Promise<Answer<T>>
): Promise<Answer<T> | null> {
  endPreview()
  const own = new AbortController()
  waiting = own
  const answer = await ask(own.signal)
  return own.signal.aborted ? null : answer
}

function setOutcome(of: string, outcome: RuleOutcome): void {
  outcomes.value = new Map(outcomes.peek()).set(of, outcome)
}

/** Notifications that the typed rule would have sent, for one text. It permits no change. */
export const backtest = signal<{ readonly of: string; readonly preview: RulePreview } | null>(null)

function makeDraft(rule: Rule | null): RuleDraft {
  return rule === null
    ? { of: newRule, id: '', version: null, text: newRuleText }
    : { of: rule.ruleId, id: rule.ruleId, version: rule.ruleVersion, text: formatRule(rule) }
}

/** Begins a change unless that of this rule has begun. `rule`: null for a new one. */
export function beginRule(rule: Rule | null): void {
  ruleDraft.show(makeDraft(rule))
}

/** Drops what was typed and shows what is in force. */
export function resetRule(rule: Rule | null): void {
  const draft = makeDraft(rule)
  ruleDraft.restart(draft)
  setOutcome(draft.of, { kind: 'idle' })
}

/** Drops what was typed, and shows what is in force now. */
export async function reloadRule(id: string): Promise<void> {
  await ruleList.load()
  const rule = ruleList.state.peek().body?.items.find(({ ruleId }) => ruleId === id)
  if (rule !== undefined) resetRule(rule)
}

function makeRefusal(
  text: string,
  faults: readonly TypedFault[] = [],
  isStale = false
): RuleOutcome {
  return { kind: 'refused', text, faults, isStale }
}

function announceOutcome(of: string, outcome: RuleOutcome): void {
  setOutcome(of, outcome)
  if (outcome.kind === 'refused' || outcome.kind === 'done') announce(outcome.text)
}

/** Checked here: a button that was there before the page went stale may still be pressed. */
function mustWait(of: string): boolean {
  if (!isLive.peek()) announceOutcome(of, makeRefusal(words.stale.actsWait))
  return !isLive.peek()
}

/** The typed rule, or null once its faults have been shown. `tell`: announces them too. */
function typedRule(
  tell = announceOutcome
): Extract<ReturnType<typeof readRule>, { kind: 'rule' }> | null {
  const { of, id, text } = ruleDraft.typed.peek()
  const read = readRule(text)
  const told = words.rules
  if (!ruleIdPattern.test(id)) tell(of, makeRefusal(told.idFault))
  else if (read.kind === 'faults') tell(of, makeRefusal(told.faulty, read.faults))
  else return read
  return null
}

/** Whether the typed text has an outcome, or one is on its way. */
function isAnswered(): boolean {
  const outcome = ruleOutcome.peek()
  if (outcome.kind === 'preview') return outcome.of === ruleDraft.typed.peek().text
  // The change of another officer is shown until the rule is read again.
  if (outcome.kind === 'refused') return outcome.isStale
  return outcome.kind !== 'idle' && outcome.kind !== 'done'
}

/** As `previewRule`, once somebody stops typing, without announcements. */
export async function previewTyped(): Promise<void> {
  const { id, text } = ruleDraft.typed.peek()
  const read = readRule(text)
  // A new rule has no id or pattern yet.
  const isBegun =
    ruleIdPattern.test(id) && (read.kind === 'faults' || read.body.pattern !== undefined)
  if (isBegun && !isAnswered()) await previewRule(setOutcome)
}

/** What the change would do, before it does. Another preview that is waited for is ended. */
export async function previewRule(tell = announceOutcome): Promise<void> {
  const read = typedRule(tell)
  if (read === null) return
  const { of, id, text } = ruleDraft.typed.peek()
  const askedAtMs = nowMs.peek()
  setOutcome(of, { kind: 'previewing' })
  const answer = await unlessEnded(ended => rules.preview({ ...read.body, id }, ended))
  if (answer === null) return setOutcome(of, { kind: 'idle' })
  if (answer.kind !== 'ok') return refuse(of, answer, read, tell)
  setOutcome(of, { kind: 'preview', of: text, preview: answer.body, askedAtMs })
  if (tell === announceOutcome) announce(words.rules.previewed)
}

/** Which notifications the typed rule alone would have sent. A shown preview stays. */
export async function backtestRule(): Promise<void> {
  const read = typedRule()
  if (read === null) return
  const { of, id, text } = ruleDraft.typed.peek()
  const before = ruleOutcome.peek()
  backtest.value = null
  setOutcome(of, { kind: 'backtesting' })
  const answer = await unlessEnded(ended => rules.backtest({ ...read.body, id }, ended))
  const shown: RuleOutcome =
    before.kind === 'preview' && before.of === text ? before : { kind: 'idle' }
  if (answer === null) return setOutcome(of, shown)
  if (answer.kind !== 'ok') return refuse(of, answer, read)
  setOutcome(of, shown)
  backtest.value = { of: text, preview: answer.body }
  announce(words.rules.backtested)
}

/** Only with a current preview and the version that was seen; later input changes the new one. */
export async function publishRule(): Promise<void> {
  const sent = ruleDraft.typed.peek()
  const [isPreviewed, read] = [previewNow.peek() === 'current', typedRule()]
  if (read === null || mustWait(sent.of) || !isPreviewed) return
  setOutcome(sent.of, { kind: 'publishing' })
  const answer = await rules.put(sent.id, read.body, sent.version)
  if (answer.kind !== 'ok') return refuse(sent.of, answer, read)
  const saved = makeDraft(answer.body)
  const isAll = ruleDraft.settle(sent, saved, later => ({ ...saved, text: later.text }))
  setOutcome(sent.of, { kind: 'idle' })
  const { ruleVersion } = answer.body
  announceOutcome(saved.of, {
    kind: 'done',
    text: isAll ? words.rules.published(ruleVersion) : words.rules.publishedBefore(ruleVersion)
  })
  await ruleList.load()
  // Who has gone on to something else is not taken away from it.
  if (sent.of === newRule && currentItem.peek() === newRule) openItem(saved.of)
}

export async function deleteRule(rule: Rule): Promise<void> {
  const of = rule.ruleId
  if (mustWait(of)) return
  setOutcome(of, { kind: 'publishing' })
  const answer = await rules.delete(of, rule.ruleVersion)
  if (answer.kind !== 'ok') return refuse(of, answer, null)
  const isShown = ruleDraft.typed.peek().of === of
  ruleDraft.restart(makeDraft(rule))
  if (isShown) ruleDraft.show(noRule)
  setOutcome(of, { kind: 'idle' })
  await ruleList.load()
  if (currentItem.peek() === of) openItem(null)
  announceOutcome(noRule.of, { kind: 'done', text: words.rules.deleted(of) })
}

function refuse(
  of: string,
  answer: Exclude<Answer<unknown>, { kind: 'ok' }>,
  read: ReturnType<typeof typedRule>,
  tell = announceOutcome
): void {
  if (answer.kind === 'unreachable') {
    tell(of, makeRefusal(words.views.unreachable))
    return
  }
  const { detail, status, errors = [] } = answer.problem
  const faults = read?.faultsOf(errors) ?? []
  const isStale = status === 409 || status === 428
  const text = isStale
    ? words.rules.stale(detail)
    : faults.length > 0
      ? words.rules.faulty
      : words.views.refused(detail)
  tell(of, makeRefusal(text, faults, isStale))
}

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

const key = () => currentItem.value ?? ''
export const ruleVersions = resource(() => rules.versions(key()), { key })

/** Puts it into the text that is typed: it is published as any change is. */
export function restore({ ruleVersion, rule }: RuleVersion): void {
  ruleDraft.change({ text: formatRule(rule) })
  announce(words.rules.versions.restored(ruleVersion))
}

export const seeking = command({ key: () => currentItem.value ?? '' })
export const nearMisses = signal<{
  readonly of: string
  readonly items: NearMisses['items']
} | null>(null)

export async function seekNear(of: string): Promise<void> {
  const found = await seeking.send(
    () => rules.near(of),
    ({ items, canSay }) => words.rules.near.found(items.length, canSay)
  )
  if (found !== null) nearMisses.value = { of, items: found.body.items }
}
