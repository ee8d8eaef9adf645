import { expect, it } from 'vitest'
import { winsOver } from '../../src/theatre/winning-revision.ts'

it('lets the later report win, and of equal times the greater hash, never a revision over itself', () => {
  const early = { reportedAt: '2025-06-02T09:00:00.000Z', contentHash: 'z' }
  const late = { reportedAt: '2025-06-02T10:00:00.000Z', contentHash: 'a' }
  expect(winsOver(late, early)).toBe(true)
  expect(winsOver(early, late)).toBe(false)
  expect(winsOver({ ...late, contentHash: 'b' }, late)).toBe(true)
  expect(winsOver(late, { ...late, contentHash: 'b' })).toBe(false)
  expect(winsOver(late, late)).toBe(false)
})
