// Prose of the suite: headlines, explanations, reasons. It is in the officer's language where the suite
// wrote it so, and a screen reader reads it in the language that it is in.

import { readHeadlineIn } from '../../words/alert-texts.ts'

export function SuiteProse({ text, lang }: { readonly text: string; readonly lang: string }) {
  return <bdi lang={lang}>{text}</bdi>
}

export function AlertHeadline({ alert }: { readonly alert: Parameters<typeof readHeadlineIn>[0] }) {
  const { headline, language } = readHeadlineIn(alert)
  return <SuiteProse text={headline} lang={language} />
}
