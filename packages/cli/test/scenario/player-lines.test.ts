import { parseScenario } from '@tocsin/host/scenario/scenario'
import { expect, it } from 'vitest'
import { formatPlayEvent } from '../../src/scenario/player-lines.ts'

it('shows a refused report with its reason, and counts at the end', () => {
  const [line] = parseScenario(
    JSON.stringify({
      at: '2025-06-01T10:00:00Z',
      report: { source: { id: 'wire' }, externalId: 'bad', category: 'attack' }
    })
  )
  if (line === undefined) throw new Error('the scenario has no line')
  const problem = {
    type: 'x',
    title: 'x',
    status: 422,
    code: 'body-invalid' as const,
    detail: 'wrong',
    errors: [{ pointer: '/occurred', detail: 'is missing' }]
  }
  expect(formatPlayEvent({ kind: 'posted', line, outcome: 'refused', problem })).toEqual([
    '2025-06-01 10:00  REFUSED       wire bad  attack',
    `${' '.repeat(18)}body-invalid: /occurred is missing`
  ])
  expect(
    formatPlayEvent({ kind: 'ended', summary: { posted: 3, refused: 1, finished: true } })
  ).toEqual(['the scenario is complete: 3 accepted, 1 refused'])
})
