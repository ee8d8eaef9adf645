// What the page holds for the key that is signed in: kept here from when it is made, and as at the
// beginning once another key is signed in. What a module holds beside it is of the page itself;
// test/state/of-key.test.ts has a list of that.

import { batch, type Signal } from '@preact/signals'
import { dropQuestions } from '../../http/answers.ts'
import { forgetUnanswered } from '../../http/post-once.ts'

/** Who may see what: another key, or the same one with other rights. */
interface Rights {
  readonly id: string
  readonly name: string
  readonly scopes: readonly string[]
  readonly theatres: readonly string[] | '*'
  readonly handling: string
}

const ofKeys: (() => void)[] = []
const ofPeople: (() => void)[] = []

/** A signal that begins anew with another key: what was shown, asked and answered. */
export function ofKey<T>(held: Signal<T>): Signal<T> {
  const begun = held.peek()
  onOtherKey(() => {
    held.value = begun
  })
  return held
}

/**
 * A signal that begins anew with another person: what was typed. A person whose key was revoked
 * goes on with another.
 */
export function ofPerson<T>(held: Signal<T>): Signal<T> {
  const begun = held.peek()
  onOtherPerson(() => {
    held.value = begun
  })
  return held
}

/** `forget` is called whenever another key is signed in. */
export function onOtherKey(forget: () => void): void {
  ofKeys.push(forget)
}

/** `forget` is called whenever somebody else is signed in. */
export function onOtherPerson(forget: () => void): void {
  ofPeople.push(forget)
}

let last: Rights | null = null

/** Whose the page is: the name of who was signed in last. Null: nobody was. */
export function lastName(): string | null {
  return last?.name ?? null
}

/**
 * Told who is signed in, before anything is asked for: forgets what is of the key before, and
 * returns whether it did. People are told apart by their names.
 */
export function signedInAs(rights: Rights): boolean {
  const before = last
  last = rights
  if (before === null || areSame(before, rights)) return false
  // What is still answered to the key before is taken by nobody.
  dropQuestions()
  forgetUnanswered()
  batch(() => {
    for (const forget of ofKeys) forget()
    if (before.name !== rights.name) for (const forget of ofPeople) forget()
  })
  return true
}

function areSame(one: Rights, other: Rights): boolean {
  const said = ({ id, name, scopes, theatres, handling }: Rights) =>
    JSON.stringify([
      id,
      name,
      [...scopes].sort(),
      theatres === '*' ? theatres : [...theatres].sort(),
      handling
    ])
  return said(one) === said(other)
}
