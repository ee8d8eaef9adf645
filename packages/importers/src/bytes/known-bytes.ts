// Names a file by its first bytes, if it is of a kind that no text format reads.

/** Bytes needed to name a file. */
export const headBytes = 512

const packed: readonly (readonly [string, string])[] = [
  ['7z\xbc\xaf', '7-Zip'],
  ['Rar!', 'RAR'],
  ['BZh', 'bzip2'],
  ['\xfd7zXZ', 'xz']
]
const others: readonly (readonly [string, string])[] = [
  ['\xd0\xcf\x11\xe0', 'an old Excel workbook (.xls): open it and save it as "CSV UTF-8"'],
  ['%PDF', 'a PDF document: ask its publisher for the table as CSV'],
  ['PAR1', 'a Parquet file: convert it to CSV'],
  ['SQLite format 3', 'an SQLite database: export its table as CSV'],
  ['\xfe\xff', 'text in UTF-16 with big-endian bytes: save it as UTF-8']
]

/** What the file is, and what to do; null if it may be text. Pure. */
export function describeBytes(head: Uint8Array): string | null {
  const text = Buffer.from(head).toString('latin1')
  if (text.startsWith('PK\x03\x04')) return describeZip(head, text)
  const pack = packed.find(([magic]) => text.startsWith(magic))
  if (pack !== undefined) return `this is a ${pack[1]} archive: unpack it and import the file in it`
  const other = others.find(([magic]) => text.startsWith(magic))
  if (other !== undefined) return `this is ${other[1]}`
  return isWebPage(text) ? describeWebPage(head) : null
}

function describeZip(head: Uint8Array, text: string): string {
  const isOffice = /\[Content_Types\]\.xml|_rels\/|docProps\/|xl\/|mimetypeapplication\//.test(text)
  if (isOffice)
    return 'this is a workbook (.xlsx, .ods) or another Office file: open it and save the sheet as "CSV UTF-8", then import that'
  // Source: APPNOTE.TXT 4.3.7, the header of a file in a zip archive.
  const length = Buffer.from(head).readUInt16LE(26)
  const name = Buffer.from(head.subarray(30, 30 + length)).toString('utf8')
  return `this is a zip archive${name === '' ? '' : `, and its first file is ${JSON.stringify(name)}`}: unpack it and import the file in it`
}

function isWebPage(text: string): boolean {
  return /^(?:\xef\xbb\xbf)?\s*(?:<!--(?:(?!-->)[\s\S])*-->\s*)*<(?:!doctype\s+html|html|head|body)\b/i.test(
    text
  )
}

function describeWebPage(head: Uint8Array): string {
  const [, title] = /<title[^>]*>([^<]*)/i.exec(Buffer.from(head).toString('utf8')) ?? []
  const named = title === undefined ? '' : `, titled ${JSON.stringify(title.trim().slice(0, 80))}`
  return `this is a web page${named}, and not data: its address may need a sign-in, a key or another link. Download the file itself and import that`
}
