// A finding whose words are made when they are read: most findings are compared by their numbers,
// and replaced unread. A class, because a literal with getters is slow to make and gives each of
// its objects a shape of its own.

import type { Finding } from './finding.ts'

type Words = Pick<Finding, 'headline' | 'explanation'>

export class ToldFinding implements Finding {
  readonly group: Finding['group']
  readonly situation: Finding['situation']
  readonly fromMs: number
  readonly toMs: number | null
  readonly levels: Finding['levels']
  readonly measure: Finding['measure']
  readonly triggers: Finding['triggers']
  readonly support: Finding['support']
  readonly omitted: number
  declare readonly deaths?: NonNullable<Finding['deaths']>
  declare readonly certainty?: NonNullable<Finding['certainty']>
  readonly #words: () => Words
  #said: Words | null = null

  /** `words`: gives what it would have given at once. */
  constructor(told: Omit<Finding, keyof Words | 'layer'>, words: () => Words) {
    this.group = told.group
    this.situation = told.situation
    this.fromMs = told.fromMs
    this.toMs = told.toMs
    this.levels = told.levels
    this.measure = told.measure
    this.triggers = told.triggers
    this.support = told.support
    this.omitted = told.omitted
    if (told.deaths !== undefined) this.deaths = told.deaths
    if (told.certainty !== undefined) this.certainty = told.certainty
    this.#words = words
  }

  get headline(): string {
    return this.#read().headline
  }

  get explanation(): string {
    return this.#read().explanation
  }

  /** As plain data, words and all. */
  toJSON(): Finding {
    const { headline, explanation } = this
    return { ...this, headline, explanation }
  }

  #read(): Words {
    this.#said ??= this.#words()
    return this.#said
  }
}

/** What a snapshot writes of a value: all of its members are its own. */
export function plainOf(value: object): object {
  return value instanceof ToldFinding ? value.toJSON() : value
}
