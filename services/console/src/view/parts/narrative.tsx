// What somebody wrote, as they wrote it. A long text scrolls in its own box, by keyboard too.

/** Characters from which a text may be higher than its box. */
const longFrom = 800

export function Narrative({ text, label }: { readonly text: string; readonly label: string }) {
  const scrolls =
    text.length >= longFrom ? { tabIndex: 0, role: 'region' as const, 'aria-label': label } : {}
  return (
    <div class={text.length >= longFrom ? 'narrative is-long' : 'narrative'} {...scrolls}>
      <bdi>{text}</bdi>
    </div>
  )
}
