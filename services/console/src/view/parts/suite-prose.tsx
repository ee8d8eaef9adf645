// Prose of the suite: headlines, explanations, reasons. It is in the suite's language, whatever
// that of the page is, and a screen reader reads it as such.

import { words } from '../../words/words.ts'

export function SuiteProse({ text }: { readonly text: string }) {
  return <bdi lang={words.suiteLanguage}>{text}</bdi>
}
