import { describe, expect, it } from 'vitest';
import { parseReply } from '../../shared/summary/reply-parts.ts';

const ABSTRACT = [
  'This study records mice.\nIt has two lines.',
  'A second paragraph with *emphasis* and `code`.',
];
const DATA = ['The files hold:', '- traces\n  - nested, 1,276 rows\n- images', 'And more.'];
const KEYWORDS = ['calcium imaging', 'mouse', 'visual cortex (V1, layer 2/3)'];
const EXPECTED = { abstract: ABSTRACT, description: DATA, keywords: KEYWORDS };

const abstract = ABSTRACT.join('\n\n');
const data = DATA.join('\n\n');
const list = KEYWORDS.map((keyword) => `- ${keyword}`).join('\n');

/** Forms of replies that models choose. Each has the same parts. */
const FORMS: Record<string, string> = {
  'canonical headings': `## Abstract\n\n${abstract}\n\n## Data\n\n${data}\n\n## Keywords\n\n${list}\n`,
  'other headings': `# Calcium imaging of mice\n\n### Experiment Summary\n\n${abstract}\n\n### Available Data in NWB Files\n\n${data}\n\n### Keywords\n\n${list}`,
  'a title and no heading for the abstract': `# Summary of mice\n\n${abstract}\n\n## Description of available data\n\n${data}\n\n## Key words\n\n${list}`,
  'a title that is nothing like a part': `# Of Mice\n\n${abstract}\n\n## Contents of the NWB files\n\n${data}\n\n## Keywords\n\n${list}`,
  'setext headings': `Abstract\n========\n\n${abstract}\n\nData description\n---\n\n${data}\n\nKeywords\n---\n\n${list}`,
  'bold lines': `**Abstract**\n\n${abstract}\n\n**Data Description:**\n\n${data}\n\n**Keywords:**\n\n${list}`,
  'bold labels on the line': `**Abstract:** ${abstract}\n\n**Data Description**\n\n${data}\n\n**Keywords:** ${KEYWORDS.join(', ')}`,
  'plain labels': `Abstract\n\n${abstract}\n\nData description:\n\n${data}\n\nKeywords: ${KEYWORDS.join(', ')}`,
  'labels with the text on the next line': `**Abstract**\n${abstract}\n\n**Data description**\n${data}\n\n**Keywords**\n${KEYWORDS.join('; ')}.`,
  'numbered headings': `## 1. Abstract\n\n${abstract}\n\n## 2. Data Description\n\n${data}\n\n## 3. Keywords\n\n1. ${KEYWORDS.join('\n2. ')}`,
  'numbered plain titles': `1. Abstract\n\n${abstract}\n\n2. Data Description\n\n${data}\n\n3. Keywords\n\n${list}`,
  'a fence round the whole': `\`\`\`markdown\n## Abstract\n\n${abstract}\n\n## Data\n\n${data}\n\n## Keywords\n\n${list}\n\`\`\``,
  'a fence, a preamble and a remark': `Here is the summary you asked for:\n\n\`\`\`\n## Abstract\n\n${abstract}\n\n## Data\n\n${data}\n\n## Keywords\n\n${list}\n\`\`\`\n\nLet me know if you need more.`,
  'a fence that was never closed': `\`\`\`md\n## Abstract\n\n${abstract}\n\n## Data\n\n${data}\n\n## Keywords\n\n${list}`,
  'a preamble': `Sure! Here's a summary of the Dandiset:\n\n## Abstract\n\n${abstract}\n\n## Data\n\n${data}\n\n## Keywords\n\n${list}`,
  'a remark after the keywords': `## Abstract\n\n${abstract}\n\n## Data\n\n${data}\n\n## Keywords\n\n${list}\n\n---\n\nThis summary was generated from metadata. I hope it helps!`,
  'keywords in the middle': `## Abstract\n\n${abstract}\n\n## Keywords\n\n${list}\n\n## Data\n\n${data}\n\nLet me know if this helps.`,
  'rules between the parts': `## Abstract\n\n${abstract}\n\n---\n\n## Data\n\n${data}\n\n***\n\n## Keywords\n\n${list}`,
  'numbered keywords with bold': `## Abstract\n\n${abstract}\n\n## Data\n\n${data}\n\n## Keywords\n\nTen keywords follow:\n\n${KEYWORDS.map((keyword, index) => `${index + 1}. **${keyword}**`).join('\n')}`,
  'keywords a line each': `## Abstract\n\n${abstract}\n\n## Data\n\n${data}\n\n## Keywords\n\n${KEYWORDS.join('\n')}`,
  'Windows line ends':
    `## Abstract\n\n${abstract}\n\n## Data\n\n${data}\n\n## Keywords\n\n${list}`.replaceAll('\n', '\r\n'),
  'thinking aloud': `<think>\n## Abstract\nhm\n</think>\n\n## Abstract\n\n${abstract}\n\n## Data\n\n${data}\n\n## Keywords\n\n${list}`,
  'HTML and images': `## Abstract\n\n<div>\n\n${abstract}\n\n</div>\n\n![a cell](http://x/y.png)\n\n## Data\n\n${data}<br>\n\n<script>alert(1)</script>\n\n## <b>Keywords</b>\n\n${list}`,
  'parts nested under a title': `# Dandiset 000683\n\n## Summary\n\n${abstract}\n\n### NWB file contents\n\n${data}\n\n### Keywords\n\n${list}`,
};

describe('parseReply', () => {
  it.each(Object.entries(FORMS))('parses %s', (_name, text) => {
    expect(parseReply(text).parts).toEqual(EXPECTED);
  });

  it('reports what it removed', () => {
    const { removed } = parseReply(FORMS['a fence, a preamble and a remark'] ?? '');
    expect(removed.map(({ kind }) => kind)).toEqual(['preamble', 'fence', 'trailing remark']);
  });

  it('reports the lines on which blocks and keywords begin', () => {
    const text = `Here is it:\n\n\`\`\`\n## Abstract\n\nOne.\n\nTwo.\n\n**Data description**\nThree.\n\nKeywords: a, b\n\`\`\``;
    const { lines, parts } = parseReply(text);
    expect(parts).toEqual({ abstract: ['One.', 'Two.'], description: ['Three.'], keywords: ['a', 'b'] });
    expect(lines).toEqual({ abstract: [6, 8], description: [11], keywords: [13, 13] });
  });

  it('keeps subheadings of the data at depth 3 and below, in the model’s words', () => {
    const text =
      '# Abstract\n\nA.\n\n# Data Description\n\n## Files\n\nB.\n\n### Summary of *trials*\n\nC.\n\n# Keywords\n\na';
    expect(parseReply(text).parts.description).toEqual(['### Files', 'B.', '#### Summary of *trials*', 'C.']);
  });

  it('keeps tables', () => {
    const table = '| a | b |\n| - | - |\n| 1 | `x|y` |';
    expect(parseReply(`## Data\n\n${table}`).parts.description).toEqual([table]);
  });

  it('leaves no tag that was formed by cutting', () => {
    for (const attack of [
      'a <scr<b></b>ipt>alert(1)</script> b',
      `x ${'<'.repeat(9)}b>${'>'.repeat(9)} y`,
      '![![a](b)](c) <img src=x onerror=y>',
    ]) {
      const block = parseReply(`## Abstract\n\n${attack}`).parts.abstract.join('\n');
      expect(block).not.toMatch(/<[a-z/!]/i);
      expect(block).not.toMatch(/!\[[^\]]*\]\(/);
    }
  });

  it('returns empty parts for a text without parts', () => {
    for (const text of ['', '   \n\n', '---', '![x](y)']) {
      expect(parseReply(text).parts).toEqual({ abstract: [], description: [], keywords: [] });
    }
  });

  it('reads a text without headings as an abstract', () => {
    expect(parseReply('One paragraph.\n\nAnother.').parts).toEqual({
      abstract: ['One paragraph.', 'Another.'],
      description: [],
      keywords: [],
    });
  });
});
