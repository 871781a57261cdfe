/**
 * Removes e-mail addresses from text: the archive's metadata and headers contain them, and neither the prompt
 * nor a page repeats them. Pure; linear in the length of the text.
 */

/** Replaces an address. */
export const EMAIL_REMOVED = '[e-mail removed]';

/** The separator of the two halves of an address, also in disguised forms. */
const AT = /@|＠|&#0*64;|&commat;|%40|\s{0,3}[[({<]\s{0,3}at\s{0,3}[\])}>]\s{0,3}/gi;
/**
 * A character of the first half, in any script (RFC 6532). RFC 5322's atom without those that rather separate
 * an address from what is before it, as in `?to=a@b.org`: the remaining text is not an address either.
 */
const LOCAL = /[\p{L}\p{N}\p{M}.!#$%'*+_~-]/u;
/** Punctuation that may be in a first half but more likely precedes it: `'a@b.org'`. */
const OPENING = /^[.!#$%'*+~-]+/;
/** The second half: labels separated by dots, in any script, the last one without digits; or an address in brackets. */
const DOMAIN =
  /(?:[\p{L}\p{N}\p{M}_-]{1,63}(?:\.|\s{0,3}[[({<]\s{0,3}dot\s{0,3}[\])}>]\s{0,3}))+(?:\p{L}[\p{L}\p{M}]{1,62}|xn--[a-z0-9-]{1,59})(?![\p{L}\p{N}])|\[(?:IPv6:)?[\d.:a-f]{2,45}\]/iuy;
/** Length of a first half at most, in UTF-16 units; RFC 5321 allows 64 octets. */
const LOCAL_LIMIT = 256;
const MAILTO = /mailto:\/{0,2}$/i;

/**
 * The text with `[e-mail removed]` in place of each e-mail address, also of those written with `[at]`
 * and `[dot]`, `%40` or `&#64;`. `@handle`, `name@1.2.3` and `git@host:…` are not addresses.
 */
export function stripEmails(text: string): string {
  let kept = '';
  let from = 0;
  for (const at of text.matchAll(AT)) {
    const start = startOfLocal(text, at.index, from);
    if (start === at.index) continue;
    DOMAIN.lastIndex = at.index + at[0].length;
    if (!DOMAIN.test(text)) continue;
    if (text.slice(start, at.index) === 'git' && text[DOMAIN.lastIndex] === ':') continue;
    kept += text.slice(from, start).replace(MAILTO, '') + EMAIL_REMOVED;
    from = DOMAIN.lastIndex;
  }
  return kept + text.slice(from);
}

/** Where the first half of an address that ends before `end` begins; `end` itself if there is none. */
function startOfLocal(text: string, end: number, floor: number): number {
  const min = Math.max(floor, end - LOCAL_LIMIT);
  if (text[end - 1] === '"') {
    const quote = text.lastIndexOf('"', end - 2);
    return quote >= min ? quote : end;
  }
  let start = end;
  while (start > min) {
    const isPair = start - 2 >= min && /[\udc00-\udfff]/.test(text[start - 1]!);
    const next = start - (isPair ? 2 : 1);
    if (!LOCAL.test(text.slice(next, start))) break;
    start = next;
  }
  const opening = OPENING.exec(text.slice(start, end));
  return start + (opening?.[0].length ?? 0);
}
