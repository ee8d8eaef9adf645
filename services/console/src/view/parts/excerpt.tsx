// A text of others, as it is: it may be long, so it scrolls in its own place, by keys too.

export function Excerpt({ text }: { readonly text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, and keys must be able to.
    <pre class="excerpt" tabIndex={0}>
      <bdi>{text}</bdi>
    </pre>
  )
}
