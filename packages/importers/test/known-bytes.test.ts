import { expect, test } from 'vitest'
import { describeBytes } from '../src/bytes/known-bytes.ts'

const comments = '<!-- a -->\n'.repeat(5000)

test('A file that begins with thousands of comments is told from a web page at once', () => {
  expect(describeBytes(Buffer.from(`${comments}<kml>`))).toBeNull()
  expect(describeBytes(Buffer.from(`${comments}<html>`))).toContain('this is a web page')
})
