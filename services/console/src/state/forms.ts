// What is typed and not sent: it survives a look at another view, a refusal and a lost link, and goes
// with the page, which a browser asks about first. A command sends one change at a time, its outcome
// in words next to its subject; a form is a draft with its command.

import { computed, signal } from '@preact/signals'
import { type Answer, decided, isPending } from '../http/answers.ts'
import { collectFaults, type Faults, noFaults } from '../records/field-table.ts'
import { words } from '../words/words.ts'
import { isLive, passed } from './console-state.ts'
import { announce } from './notices.ts'

const held: (() => boolean)[] = []

/** `isHeld`: whether something would be lost with the page. */
export function holdTyped(isHeld: () => boolean): void {
  held.push(isHeld)
}

export function hasTyped(): boolean {
  return held.some(isHeld => isHeld())
}

function askFirst(event: BeforeUnloadEvent): void {
  if (hasTyped()) event.preventDefault()
}
addEventListener('beforeunload', askFirst)

/** Who leaves was asked already: a second question would be about an empty page. */
export function leaveUnasked(): void {
  removeEventListener('beforeunload', askFirst)
}

export type SendState =
  | { readonly kind: 'idle' | 'asking' }
  /** `pending`: stored, and not decided yet. */
  | { readonly kind: 'pending' | 'done'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string | null; readonly faults: Faults }

export interface CommandOptions {
  readonly fields?: readonly string[]
  /** Not sent while the page is not live: it is decided by what the page shows. */
  readonly restsOnSeen?: boolean
  readonly key?: () => string
}

/** `refused`: the words for a refusal. `told`: gets each outcome, which is not announced then. */
interface Sending<T> {
  readonly of?: string
  readonly told?: (state: SendState) => void
  readonly refused?: (answer: Exclude<Answer<T>, { readonly kind: 'ok' }>) => string
}

export type Command = ReturnType<typeof command>

export const refusal = (text: string): SendState => ({ kind: 'refused', text, faults: noFaults })

const idle: SendState = { kind: 'idle' }

function announceOutcome(state: SendState): void {
  if ('text' in state) announce(state.text ?? words.views.faultsBelow)
}

export function command({ fields = [], restsOnSeen = false, key = () => '' }: CommandOptions = {}) {
  const states = signal<ReadonlyMap<string, SendState>>(new Map())
  /** The outcome about one key, shown or not. */
  const stateOf = (of: string) => states.value.get(of) ?? idle
  const state = computed(() => stateOf(key()))
  const canSend = computed(() => !restsOnSeen || isLive.value)
  const turns = new Map<string, number>()
  const show = (of: string, next: SendState) => {
    states.value = new Map(states.peek()).set(of, next)
  }
  /** Follows what is stored until it is decided. Null: not accepted. */
  const send = async <T>(
    ask: () => Promise<Answer<T>>,
    done: (body: T) => string,
    { of = key(), refused, told = announceOutcome }: Sending<T> = {}
  ) => {
    const own = (turns.get(of) ?? 0) + 1
    turns.set(of, own)
    const tell = (next: SendState) => {
      if (turns.get(of) === own) show(of, next)
      told(next)
    }
    // A button that was there before the page went stale may still be pressed.
    if (!canSend.peek()) {
      tell(refusal(words.stale.actsWait))
      return null
    }
    show(of, { kind: 'asking' })
    const first = await ask()
    if (isPending(first)) tell({ kind: 'pending', text: words.acts.pending })
    const answer = await decided(first, passed)
    tell(
      answer.kind !== 'ok' && refused !== undefined
        ? refusal(refused(answer))
        : findOutcome(answer, done, fields)
    )
    return answer.kind === 'ok' ? { body: answer.body } : null
  }
  /** Something else is shown now: the outcome of what was sent is only announced. */
  const forget = (of?: string) => {
    for (const each of of === undefined ? states.peek().keys() : [of])
      turns.set(each, (turns.get(each) ?? 0) + 1)
    states.value = new Map([...states.peek()].filter(([each]) => of !== undefined && each !== of))
  }
  return { state, stateOf, send, forget, canSend }
}

function findOutcome<T>(
  answer: Answer<T>,
  done: (body: T) => string,
  fields: readonly string[]
): SendState {
  if (answer.kind === 'ok') return { kind: 'done', text: done(answer.body) }
  if (answer.kind === 'unreachable') return refusal(words.views.unreachable)
  const faults = collectFaults(answer.problem, fields)
  return {
    kind: 'refused',
    text: faults.rest === null ? null : words.views.refused(faults.rest),
    faults
  }
}

/** Drafts by the key of their subject; undefined drops one. `isTyped`: whether it can be lost. */
export function makeDrafts<T>(isTyped: (draft: T) => boolean = () => true) {
  const all = signal<ReadonlyMap<string, T>>(new Map())
  holdTyped(() => [...all.value.values()].some(isTyped))
  return {
    of: (key: string) => all.value.get(key),
    put: (key: string, draft: T | undefined) => {
      const next = new Map(all.peek())
      if (draft === undefined) next.delete(key)
      else next.set(key, draft)
      all.value = next
    }
  }
}

/** `begin`: before any input. `keyOf`: the subject, one at a time: each rule has its own text. */
export function formDraft<T extends object>(
  begin: () => T,
  keyOf: (draft: T) => string = () => ''
) {
  const drafts = makeDrafts<T>()
  /** What the form shows until something is typed. */
  const begun = signal<T>(begin())
  const shownKey = () => keyOf(begun.value)
  const typed = computed(() => drafts.of(shownKey()) ?? begun.value)
  /** Drops what was typed of this one, and shows it as given if it is the one that is shown. */
  const restart = (draft: T) => {
    drafts.put(keyOf(draft), undefined)
    if (keyOf(draft) === shownKey()) begun.value = draft
  }
  const drop = (key: string) => {
    drafts.put(key, undefined)
    if (key === shownKey()) begun.value = begin()
  }
  return {
    typed,
    change: (members: Partial<T>) => drafts.put(shownKey(), { ...typed.value, ...members }),
    isTyped: () => drafts.of(shownKey()) !== undefined,
    clear: () => drop(shownKey()),
    /** Shows another subject as it was left, else as given. What was typed for the former stays. */
    show: (draft: T) => {
      if (keyOf(draft) !== shownKey()) begun.value = draft
    },
    restart,
    typedOf: drafts.of,
    drop,
    /** Accepted. Input typed meanwhile stays, as `onward` makes it, else `next` shows. True: none. */
    settle: (sent: T, next = begin(), onward = (later: T) => later) => {
      const key = keyOf(sent)
      const later = drafts.of(key)
      // Drafts are replaced, never changed: the same object is what was sent.
      const isSame = later === sent || later === undefined
      const shown = isSame ? next : onward(later)
      drafts.put(key, undefined)
      if (key === shownKey()) begun.value = shown
      if (!isSame) drafts.put(keyOf(shown), shown)
      return isSame
    }
  }
}

export type Form<T extends object> = ReturnType<typeof form<T>>

/** A draft with the command that sends it. `keyOf`: its subject, one at a time. */
export function form<T extends object>(
  begin: () => T,
  { keyOf, ...options }: CommandOptions & { readonly keyOf?: (draft: T) => string } = {}
) {
  const draft = formDraft(begin, keyOf)
  const sending = command(options)
  /** Null: refused. `isAll`: nothing typed meanwhile. `onward`: that input on what was made. */
  const submit = async <B>(
    ask: (sent: T) => Promise<Answer<B>>,
    done: (body: B, sent: T) => string,
    next: (body: B) => T = begin,
    onward = (later: T, _body: B) => later
  ) => {
    const sent = draft.typed.peek()
    const made = await sending.send(
      () => ask(sent),
      body => done(body, sent)
    )
    if (made === null) return null
    const { body } = made
    return { body, isAll: draft.settle(sent, next(body), later => onward(later, body)) }
  }
  return { ...draft, ...sending, submit }
}
