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
  /** What the newest of the alerts expects; null: its rule states nothing. */
  readonly expectedPerYear: number | null
}
