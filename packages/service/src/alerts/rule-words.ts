// The words of rule versions, from the records that configured them.

import type { RuleVersion, TheatreRecord } from '@tocsin/contracts/theatre/theatre-record'
import type { RuleWords } from '@tocsin/engine/render/lookup'
import { makeRuleSet, readRuleWords } from '@tocsin/engine/theatre/rule-set'

export class RuleWordsIndex {
  /** By theatre and rule: all versions by number. */
  readonly #versions = new Map<string, Map<number, RuleVersion>>()
  readonly #words = new WeakMap<RuleVersion, RuleWords>()

  apply({ type, theatre, data }: TheatreRecord): void {
    if (type === 'rule.configured') this.add(theatre, data)
  }

  /** Those of the version, else of the latest one; null if the rule is unknown. */
  find(theatre: string, ruleId: string, version: number): RuleWords | null {
    const versions = this.#versions.get(`${theatre}|${ruleId}`)
    const found = versions?.get(version) ?? [...(versions?.values() ?? [])].at(-1)
    if (found === undefined) return null
    const words = this.#words.get(found) ?? readWords(found)
    if (words !== null) this.#words.set(found, words)
    return words
  }

  add(theatre: string, version: RuleVersion): void {
    const key = `${theatre}|${version.ruleId}`
    const versions = this.#versions.get(key) ?? new Map<number, RuleVersion>()
    this.#versions.set(key, versions.set(version.ruleVersion, version))
  }
}

/** Null for a version that the engine of this release refuses. */
function readWords(version: RuleVersion): RuleWords | null {
  try {
    const configured = makeRuleSet([version]).byId.get(version.ruleId)
    return configured === undefined ? null : readRuleWords(configured)
  } catch (error) {
    if (error instanceof RangeError) return null
    throw error
  }
}
