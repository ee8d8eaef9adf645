// Command line: many seeds in a row, or one with its whole trace.
//   node e2e/simulator/run.ts --seeds 1000 --from 1
//   node e2e/simulator/run.ts --seed 17 --verbose
//   node e2e/simulator/run.ts --seed 17 --shrink 200

import { parseArgs } from 'node:util'
import { shrink } from './shrink.ts'
import { type SimulationResult, simulate, stepsDefault } from './simulation.ts'

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    seeds: { type: 'string', default: '100' },
    from: { type: 'string', default: '1' },
    steps: { type: 'string', default: String(stepsDefault) },
    like: { type: 'string', default: 'embedded' },
    /** Of each role, on a log like Kafka: `intake=2,rules=3,notifier=2`. */
    instances: { type: 'string', default: '' },
    verbose: { type: 'boolean', default: false },
    shrink: { type: 'string', default: '0' }
  }
})
const from = Number(values.seed ?? values.from)
const count = values.seed === undefined ? Number(values.seeds) : 1
const where = {
  like: values.like === 'kafka' ? ('kafka' as const) : ('embedded' as const),
  instances: Object.fromEntries(
    values.instances
      .split(',')
      .filter(part => part !== '')
      .map(part => [part.split('=')[0], Number(part.split('=')[1])])
  )
}
let failed = 0
const startedMs = performance.now()
for (let seed = from; seed < from + count; seed++) {
  const result = await simulate({
    seed,
    steps: Number(values.steps),
    ...where,
    ...(values.verbose ? { onLine: line => console.log(line) } : {})
  })
  console.log(
    `seed ${seed}: ${result.violations.length} violations, ${JSON.stringify(result.counts)}`
  )
  for (const violation of result.violations.slice(0, 5)) console.log(`  ${violation}`)
  if (result.violations.length === 0) continue
  failed++
  if (values.shrink !== '0') await showSmaller(result)
}

async function showSmaller(failing: SimulationResult): Promise<void> {
  const { result, runs } = await shrink(
    { seed: failing.seed, steps: Number(values.steps), ...where },
    failing,
    Number(values.shrink)
  )
  console.log(`${result.steps.length} steps are left after ${runs} runs:`)
  for (const step of result.steps) console.log(`  ${JSON.stringify(step)}`)
  for (const line of result.trace) console.log(line)
}

console.log(
  `${count} seeds, ${failed} failed, ${((performance.now() - startedMs) / 1000).toFixed(1)} s`
)
process.exitCode = failed > 0 ? 1 : 0
