// A change requested from Tocsin: each command has one at a time, its outcome in words, next to its
// subject.

import { computed, type ReadonlySignal, signal } from '@preact/signals'
import { decided, isPending } from '../http/actions.ts'
import type { Answer } from '../http/answers.ts'
import { collectFaults, type Faults, noFaults } from '../records/field-table.ts'
import { words } from '../words/words.ts'
import { isLive, passed } from './console-state.ts'
import { announce } from './notices.ts'

export type SendState =
  | { readonly kind: 'idle' | 'asking' }
  /** `pending`: stored, and not decided yet. */
  | { readonly kind: 'pending' | 'done'; readonly text: string }
  | { readonly kind: 'refused'; readonly text: string | null; readonly faults: Faults }

export interface CommandOptions {
  /** Fields that faults are shown next to. */
  readonly fields?: readonly string[]
  /**
   * It is decided by what the page shows, as every act on an alert is, and may be wrong by what
   * others have done since: while the page is not live it is not sent.
   */
  readonly restsOnSeen?: boolean
  /** Its subject: an outcome is shown only there. */
  readonly key?: () => string
}

/**
 * `refused`: the words for a refusal. Default: the problem's own. `told`: gets each outcome in the
 * place of who listens to the page.
 */
interface Sending<T> {
  readonly of?: string
  readonly told?: (state: SendState) => void
  readonly refused?: (answer: Exclude<Answer<T>, { readonly kind: 'ok' }>) => string
}

export interface Command {
  readonly state: ReadonlySignal<SendState>
  readonly canSend: ReadonlySignal<boolean>
  /** The outcome about one key, shown or not. */
  readonly stateOf: (key: string) => SendState
  /** Something else is shown now: the outcome of what was sent is only announced. */
  readonly forget: (key?: string) => void
  /**
   * What is stored and not decided yet is followed until it is. Resolves to what was answered, or
   * null if it was not taken.
   */
  readonly send: <T>(
    ask: () => Promise<Answer<T>>,
    done: (body: T) => string,
    sending?: Sending<T>
  ) => Promise<{ readonly body: T } | null>
}

/** A refusal of the whole request. */
export const refusal = (text: string): SendState => ({ kind: 'refused', text, faults: noFaults })

const idle: SendState = { kind: 'idle' }

function announceOutcome(state: SendState): void {
  if ('text' in state) announce(state.text ?? words.views.faultsBelow)
}

export function command({
  fields = [],
  restsOnSeen = false,
  key = () => ''
}: CommandOptions = {}): Command {
  const states = signal<ReadonlyMap<string, SendState>>(new Map())
  const readState = (of: string) => states.value.get(of) ?? idle
  const state = computed(() => readState(key()))
  const canSend = computed(() => !restsOnSeen || isLive.value)
  const turns = new Map<string, number>()
  const show = (of: string, next: SendState) => {
    states.value = new Map(states.peek()).set(of, next)
  }
  const send: Command['send'] = async (
    ask,
    done,
    { of = key(), refused, told = announceOutcome } = {}
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
  const forget = (of?: string) => {
    for (const each of of === undefined ? states.peek().keys() : [of])
      turns.set(each, (turns.get(each) ?? 0) + 1)
    states.value = new Map([...states.peek()].filter(([each]) => of !== undefined && each !== of))
  }
  return { state, stateOf: readState, send, forget, canSend }
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
