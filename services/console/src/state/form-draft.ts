// A form: what is typed and not sent, which survives a look at another view, a refusal and a lost
// link, and goes with the page; and the outcome once it was sent.

import { type Signal, signal } from '@preact/signals'
import type { Answer } from '../http/answers.ts'
import type { TypedKind } from '../shown/typed-kinds.ts'
import { type Command, type CommandOptions, command } from './command.ts'
import { holdTyped } from './session/typed.ts'

export interface FormDraft<T> {
  /** What the form shows. */
  readonly typed: Signal<T>
  readonly change: (members: Partial<T>) => void
  /** Whether anything shown was typed. */
  readonly isTyped: () => boolean
  /** Drops what was typed. */
  readonly clear: () => void
  /**
   * Shows another subject of this form: as it was left, else as given. What was typed for the
   * previous one is stored.
   */
  readonly show: (draft: T) => void
  /** Drops what was typed of this one, and shows it as given if it is the one that is shown. */
  readonly restart: (draft: T) => void
  /**
   * `sent` was accepted. What was typed in the form meanwhile stays, as `onward` makes it; else the
   * form shows `next`, by default its initial content. Returns true if no input was typed
   * meanwhile.
   */
  readonly settle: (sent: T, next?: T, onward?: (later: T) => T) => boolean
  /** What was typed for this key and not sent; undefined: none. */
  readonly typedOf: (key: string) => T | undefined
  /** Drops that. */
  readonly drop: (key: string) => void
}

/**
 * `kind` names the form to the person who may lose it. `begin` makes what the form shows before any
 * input. `keyOf` identifies the subject of a form, one at a time: each rule has its own text.
 */
export function formDraft<T extends object>(
  kind: TypedKind,
  begin: () => T,
  keyOf: (draft: T) => string = () => ''
): FormDraft<T> {
  const typed = signal<T>(begin())
  const others = signal<ReadonlyMap<string, T>>(new Map())
  let isChanged = false
  holdTyped(kind, () => (typed.value && isChanged ? 1 : 0) + others.value.size)
  const put = (draft: T, isTyped: boolean) => {
    typed.value = draft
    isChanged = isTyped
  }
  const isShown = (draft: T) => keyOf(draft) === keyOf(typed.peek())
  const setOther = (key: string, draft: T | undefined) => {
    const next = new Map(others.peek())
    next.delete(key)
    if (draft !== undefined) next.set(key, draft)
    others.value = next
  }
  return {
    typed,
    change: members => put({ ...typed.value, ...members }, true),
    isTyped: () => typed.value !== undefined && isChanged,
    clear: () => put(begin(), false),
    show: draft => {
      if (isShown(draft)) return
      const before = typed.peek()
      if (isChanged) setOther(keyOf(before), before)
      const left = others.peek().get(keyOf(draft))
      setOther(keyOf(draft), undefined)
      put(left ?? draft, left !== undefined)
    },
    restart: draft => {
      if (isShown(draft)) put(draft, false)
      else setOther(keyOf(draft), undefined)
    },
    typedOf: key => {
      const shown = typed.value
      if (keyOf(shown) === key) return isChanged ? shown : undefined
      return others.value.get(key)
    },
    drop: key => {
      if (keyOf(typed.peek()) === key) put(begin(), false)
      else setOther(key, undefined)
    },
    settle: (sent, next = begin(), onward = later => later) => {
      const key = keyOf(sent)
      const later = isShown(sent) ? typed.peek() : others.peek().get(key)
      // Drafts are replaced, never changed: the same object is what was sent.
      const isSame = later === sent || later === undefined
      if (isShown(sent)) put(isSame ? next : onward(typed.peek()), !isSame)
      else {
        setOther(key, undefined)
        if (!isSame) {
          const onwards = onward(later)
          setOther(keyOf(onwards), onwards)
        }
      }
      return isSame
    }
  }
}

export interface Form<T> extends FormDraft<T>, Command {
  /**
   * Sends what is typed. Null: it was refused. `isAll`: no input was typed meanwhile. `next`: what
   * the form shows then; `onward`: what was typed meanwhile, on top of what was made.
   */
  readonly submit: <B>(
    ask: (sent: T) => Promise<Answer<B>>,
    done: (body: B, sent: T) => string,
    next?: (body: B) => T,
    onward?: (later: T, body: B) => T
  ) => Promise<{ readonly body: B; readonly isAll: boolean } | null>
}

interface FormOptions<T> extends CommandOptions {
  /** Identifies the subject of the form, one at a time. */
  readonly keyOf?: (draft: T) => string
}

/** A draft with the command that sends it. */
export function form<T extends object>(
  kind: TypedKind,
  begin: () => T,
  { keyOf = () => '', ...options }: FormOptions<T> = {}
): Form<T> {
  const draft = formDraft(kind, begin, keyOf)
  const sending = command(options)
  const submit: Form<T>['submit'] = async (ask, done, next = begin, onward = later => later) => {
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
