// How often alerts of rules were false alarms, as the suite counts what officers judged.

/** The alerts of one rule in one theatre that were raised in the last year. */
export interface RuleDispositions {
  readonly theatre: string
  readonly ruleId: string
  /** From when on alerts were counted. */
  readonly since: string
  readonly raised: number
  readonly judged: number
  readonly dispositions: Readonly<Record<'true' | 'false-alarm' | 'duplicate' | 'drill', number>>
  /** Of those judged; null: too little to say. */
  readonly falseAlarmsPerYear: number | null
  /** The budget of the rule; null: it has none. */
  readonly expectedPerYear: number | null
  /** About so many of them came by chance, as each states how rare it is; null without a budget. */
  readonly spent: number | null
}
