import { MachineRows } from '../../src/detection/machine-rows.ts'
import type { AnyPattern } from '../../src/detection/pattern.ts'
import type { ScopeGround, ScopeMachine } from '../../src/detection/scope-machine.ts'
import type { Incident } from '../../src/incident/incident.ts'

/** The machine of a scope with these incidents, which are in order of the fold. */
export function machineOver(
  pattern: AnyPattern,
  of: Pick<ScopeGround<Readonly<Record<string, unknown>>>, 'scope' | 'parameters'>,
  incidents: readonly Incident[]
): ScopeMachine {
  const rows = new MachineRows(pattern, of)
  rows.become(incidents)
  return rows.machine
}
