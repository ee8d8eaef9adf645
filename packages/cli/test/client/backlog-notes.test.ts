import { expect, it } from 'vitest'
import { createBacklogNotes } from '../../src/client/backlog-notes.ts'

it('tells once that the suite is behind, and once that it has caught up', () => {
  const notes: string[] = []
  const hear = createBacklogNotes(text => notes.push(text))
  for (const age of [5, 25, undefined, 30, 25, 90, undefined, 120, 20, 10, 25]) hear(age)
  expect(notes).toEqual([
    expect.stringMatching(/^the suite is behind: reports of the last 30 s/),
    'the suite has caught up'
  ])
})
