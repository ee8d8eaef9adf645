// Mechanisms that stand once. Exceptions are listed with their reason.

import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const sources = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], { cwd: root, encoding: 'utf8' })
  .split('\n')
  .filter(file => /^(?:packages|services)\/[\w-]+\/src\/.*\.ts$/.test(file) && existsSync(join(root, file)))

function namesWhere(pattern: RegExp): readonly string[] {
  return sources
    .filter(file => pattern.test(readFileSync(join(root, file), 'utf8')))
    .map(file => basename(file))
    .sort()
}

it('waits of a retry are taken from the one loop that tries again', () => {
  expect(namesWhere(/\bbackoffMs\b/)).toEqual([
    // Waits at least as long as an attempt to open costs.
    'awaited-log.ts',
    // Looks, between two tries, at what it was given to serve.
    'delivery-ownership.ts',
    // Looks, between two tries, at what the target of the copy holds.
    'log-copy.ts',
    'retry.ts'
  ])
})

it('waits that double are computed in one place', () => {
  expect(namesWhere(/\b2 \*\* (?:Math\.min\()?(?:attempt|n|tries|round)\b|\.ms \?\?.*\* 2\b/)).toEqual([
    // The client of others, which stands alone: half at random, since thousands come back at once.
    'backoff.ts',
    // Kafka: with jitter, since many clients ask one broker.
    'deadline.ts',
    // Kafka: how long a broker that could not be reached is not asked, not a retry.
    'kafka-cluster.ts',
    // HTTP client of the import: at least what Retry-After asks.
    'report-poster.ts',
    'retry.ts',
    // HTTP client of the CLI: at least what Retry-After asks.
    'suite-api.ts'
  ])
})

it('what is remembered up to a number of entries is remembered by one library', () => {
  expect(
    namesWhere(/(?:keys|values|entries)\(\)\.next\(\)|#oldest\.next\(\)|const \[\w+\] = this\.#\w+\.(?:keys|values|entries)\(\)/)
  ).toEqual([
    // An order of what stands, in which forgetting one takes it from several indexes.
    'alert-index.ts',
    // The domain imports nothing.
    'applied-record-ids.ts',
    // The oldest write under way: nothing is forgotten.
    'log-patience.ts',
    // A million entries, each 30 bytes smaller so, from whose front an iterator goes on where it was.
    'report-index.ts',
    // Of events that are noted the one noted longest ago is read, not forgotten.
    'report-outcomes.ts',
    // What one entry weighs grows while it is held.
    'source-activity.ts',
    // The oldest guest is sent away by rules of its own.
    'stream-admission.ts'
  ])
})

it('no module of the domain has a variable that is assigned again, but for these', () => {
  const own = sources.filter(file => file.startsWith('packages/domain/'))
  const assigned = own.flatMap(file => {
    const code = readFileSync(join(root, file), 'utf8')
    return [...code.matchAll(/^(?:export )?let (\w+)/gm)].map(([, name]) => `${basename(file)} ${name}`)
  })
  expect(assigned.sort()).toEqual([
    // Made on first use, and never changed.
    'area-names.ts names',
    // Marks what one walk has met: a count is no memory of what was asked.
    'scored-pairs.ts lastTurn',
    // A memo by a rule's parameters, bounded (decision 0114).
    'situation.ts knownSpots'
  ])
})
