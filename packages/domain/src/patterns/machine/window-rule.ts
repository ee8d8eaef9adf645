// What a pattern over windows of days decides; its machine is window-machine.ts.

import type { NearMiss } from '../../detection/near-miss.ts'
import type { Finding } from '../../finding/finding.ts'
import type { Incident } from '../../incident/incident.ts'
import type { DaySums } from '../episode/day-sums.ts'
import type { Counting, WindowRows } from '../episode/window-rows.ts'

/** An episode after one of its incidents. Never changes. */
export interface WindowEpisode {
  /** The last whole day that was evaluated. */
  readonly walkedDay: number
}

/** What a pattern over windows of days decides. `E`: its episode, plain data. Pure. */
export interface WindowRule<E extends WindowEpisode> extends Counting {
  /**
   * False if no window that ends with one of these days holds enough to begin an episode. The sums
   * may be too high.
   */
  mayEnter(sums: readonly DaySums[], fromDay: number, toDay: number): boolean
  /** The episode that a counted incident begins; null if it begins none. */
  enter(rows: WindowRows): E | null
  /** The episode with a counted incident. */
  grow(episode: E, rows: WindowRows): E
  /** The episode with an incident that does not count. */
  support(episode: E, incident: Incident): E
  /**
   * The episode after whole days up to one without a further incident, or up to the one that ends
   * it.
   */
  walk(episode: E, sums: readonly DaySums[], throughDay: number): E
  /** True if its last day has ended it. */
  isOver(episode: E): boolean
  /** The day that may end or change it next, if nothing more comes. */
  nextDay(episode: E, sums: readonly DaySums[]): number
  /** Its finding; open if `toMs` is null. */
  describe(episode: E, toMs: number | null): Finding
  /** True if both have the same finding. */
  isSame(a: E, b: E): boolean
  /** Near misses of the windows that end with a day. */
  nearly(lastDay: number, rows: WindowRows): readonly NearMiss[]
}
