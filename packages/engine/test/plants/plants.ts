// Planted bugs: each replaces a piece of the source, which must occur once. The checks of random
// courses must find all of them.

export interface Plant {
  readonly name: string
  /** Path within `src`. */
  readonly file: string
  readonly from: string
  readonly to: string
}

export const plants: readonly Plant[] = [
  {
    name: 'a fold stops at the last changed day',
    file: 'rules/fold/track.ts',
    from: 'const endIndex = this.#fold(index, from, to + this.rule.reachDays)',
    to: 'const endIndex = this.#fold(index, from, to)'
  },
  {
    name: 'a fold begins on the day after the change',
    file: 'rules/fold/track.ts',
    from: 'const index = states.findIndex(from)\n',
    to: 'const index = states.findIndex(from + 1)\n'
  },
  {
    name: 'no timer ends an episode',
    file: 'rules/fold/track.ts',
    from: 'if (endDay === never) this.#scheduleTimer(',
    to: 'if (endDay === never && this.rule.closeDay === undefined) this.#scheduleTimer('
  },
  {
    name: 'a neighbour that is gone still counts',
    file: 'rules/fold/clusters.ts',
    from: 'membership.count(other, kindsOfOther, -1) // I1',
    to: 'if (this.isCore(other)) membership.count(other, kindsOfOther, -1)'
  },
  {
    name: 'the cluster index keeps an incident at one of its sites',
    file: 'rules/fold/neighbours.ts',
    from: 'this.#visitSites(row, site => removeByDay(this.#rowsBySite[site]!, row, fromDay))',
    to: 'if (fromDay[row]! % 3 > 0) this.#visitSites(row, site => removeByDay(this.#rowsBySite[site]!, row, fromDay))'
  },
  {
    name: 'a removal of an interval is lost in the sums',
    file: 'rules/scope.ts',
    from: 'if (this.countSums !== null) this.#addToSums(row, -1)',
    to: 'if (this.countSums !== null && fromDay[row] === toDay[row]) this.#addToSums(row, -1)'
  },
  {
    name: 'a value of another incident of the day is lost',
    file: 'rules/scope.ts',
    from: 'this.#addValuesBetween(this.rows[i]!, from, last)',
    to: 'this.#addValuesBetween(this.rows[i]!, from + 1, last)'
  },
  {
    name: 'no split is searched when a core point becomes a border point',
    file: 'rules/fold/clusters.ts',
    from: 'this.#markMember(cluster, row, cores.length > 0)\n    this.#splitCluster(cluster, cores) // I3',
    to: 'this.#markMember(cluster, row, cores.length > 0)'
  },
  {
    name: 'no split is searched when an incident goes',
    file: 'rules/fold/clusters.ts',
    from: 'if (own !== undefined) this.#splitCluster(own, cores) // I3',
    to: ''
  },
  {
    name: 'an act leaks a level',
    file: 'theatre/theatre-engine.ts',
    from: 'rank >= handling)',
    to: 'rank >= handling - 1)'
  },
  {
    name: 'a report that becomes hidden stays below',
    file: 'theatre/theatre-engine.ts',
    from: 'after > rank && before >= 0',
    to: 'after > rank + 1 && before >= 0'
  },
  {
    name: 'the order of the incidents of a day decides',
    file: 'rules/siege.ts',
    from: 'const rows = view.listToday()',
    to: 'const rows = view.listToday().slice(0, 1)'
  },
  {
    name: 'growth is lost at a tick',
    file: 'alerts/deferred-growth.ts',
    from: 'if (finding !== null) due.add(finding)',
    to: 'if (finding !== null && finding.level > 1) due.add(finding)'
  },
  {
    name: 'half of an incident is evicted',
    file: 'theatre/level-fold.ts',
    from: 'const rows = assembly.selectWholeIncidents(ended)',
    to: 'const rows = ended'
  },
  {
    name: 'a snapshot forgets growth that was deferred',
    file: 'alerts/alert.ts',
    from: 'return fields\n',
    to: 'return { ...fields, growth: 0 }\n'
  },
  {
    name: 'an overlap keeps a finding that is gone',
    file: 'rules/fold/overlaps.ts',
    from: 'if (known !== undefined) this.#remove(finding, known)\n      return',
    to: 'return'
  },
  {
    name: 'a withdrawn report stays a partner',
    file: 'assembly/assembly.ts',
    from: 'this.#doubts.remove(row)\n    this.#partners.remove(row)',
    to: 'this.#doubts.remove(row)'
  }
]
