// State of the page for the signed-in key: registered here when it is created, and reset once
// another key is signed in. Other state of a module belongs to the page itself;
// test/state/of-key.test.ts lists it.

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

/** A signal that is reset for another key: what was shown, asked and answered. */
export function ofKey<T>(held: Signal<T>): Signal<T> {
  const begun = held.peek()
  onOtherKey(() => {
    held.value = begun
  })
  return held
}

/**
 * A signal that is reset for another person: what was typed. A person with a revoked key continues
 * with another.
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

/** Owner of the page: the name of the last user who signed in. Null: none. */
export function lastName(): string | null {
  return last?.name ?? null
}

/**
 * Called with the signed-in user before anything is requested: drops the state of the previous key,
 * and returns whether it did. People are distinguished by their names.
 */
export function signedInAs(rights: Rights): boolean {
  const before = last
  last = rights
  if (before === null || areSame(before, rights)) return false
  // Later answers to the previous key are ignored.
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
