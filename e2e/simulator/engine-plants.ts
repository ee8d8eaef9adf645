// Planted bugs of the machines that detect: each keeps what it should look at again.

import { ScopeFold } from '@tocsin/domain/detection/scope-fold'
import type { MakeMachine, ScopeMachine } from '@tocsin/domain/detection/scope-machine'
import { SpaceTimeGrid } from '@tocsin/domain/patterns/episode/space-time-grid'
import { patterns } from '@tocsin/domain/patterns/pattern-catalogue'
import { withMembers } from './plants.ts'
import type { Plant } from './world/world.ts'

export const enginePlants: readonly Plant[] = [
  {
    name: 'a machine looks again at a stretch that is too short',
    run: lookingAtTheLastRowOnly
  },
  {
    name: 'a neighbour that is gone still counts',
    run() {
      const { remove } = SpaceTimeGrid.prototype
      SpaceTimeGrid.prototype.remove = () => {}
      return () => Object.assign(SpaceTimeGrid.prototype, { remove })
    }
  },
  {
    name: 'an incident that is taken out stays in the sums',
    quick: true,
    run() {
      const { remove } = ScopeFold.prototype
      ScopeFold.prototype.remove = function (incident) {
        const { machine } = this
        const take = machine.take
        machine.take = () => {}
        try {
          return remove.call(this, incident)
        } finally {
          if (take === undefined) delete machine.take
          else machine.take = take
        }
      }
      return () => Object.assign(ScopeFold.prototype, { remove })
    }
  }
]

/**
 * The machines of all patterns look again at no more than their last row. Returns the function that
 * makes them right again.
 */
function lookingAtTheLastRowOnly(): () => void {
  const putBack: (() => void)[] = []
  for (const pattern of patterns.values()) {
    if (!('machine' in pattern)) continue
    const holder = pattern as { machine: MakeMachine<Readonly<Record<string, unknown>>> }
    const { machine } = holder
    holder.machine = ground => tooShort(machine(ground), ground.rows)
    putBack.push(() => {
      holder.machine = machine
    })
  }
  return () => {
    for (const one of putBack) one()
  }
}

function tooShort(machine: ScopeMachine, rows: readonly unknown[]): ScopeMachine {
  return withMembers(machine, {
    refold: (from, span) => machine.refold(Math.max(from, rows.length - 1), span)
  })
}
