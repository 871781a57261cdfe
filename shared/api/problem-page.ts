/** An error as a page for people: the text of the problem document, and links to continue. Pure. */
import { html } from './html.ts';
import type { ApiResponse } from './http.ts';
import { pageText } from './layout.ts';
import { findContentType } from './negotiate.ts';
import { PAGE_POLICY } from './style.ts';

/** The page of a problem document, with its status and headers. */
export function problemPage(response: ApiResponse): ApiResponse {
  const { title, status, detail, requestId } = JSON.parse(String(response.body)) as {
    title: string;
    status: number;
    detail: string;
    requestId?: string;
  };
  const body = pageText({
    title: `${title} – Dandiset summaries`,
    description: title,
    canonical: '/dandisets',
    alternates: [],
    isIndexed: false,
    main: html`<p class="eyebrow">${status}</p>
<h1>${title}</h1>
<p>${detail}</p>
${requestId !== undefined && html`<p class="soft">Request ${requestId}</p>`}
<form class="search" action="/dandisets" method="get" role="search"><div class="words"><label for="q">Search the summaries</label><input id="q" name="q" type="search" maxlength="200"><button type="submit">Search</button></div></form>
<p><a href="/dandisets">All Dandisets</a></p>`,
  });
  return {
    status: response.status,
    headers: {
      ...response.headers,
      'content-type': findContentType('html'),
      'content-security-policy': PAGE_POLICY,
      vary: 'Accept',
    },
    body,
  };
}
