import { expect, test } from 'vitest'
import { linksIn } from './links.ts'

test('each address once, with all the words under it; nothing that could run', () => {
  const html =
    '<p>Zobacz <a href="https://a.example/x?y=1&amp;z=2">raport <strong>roczny</strong></a> i <a href="https://b.example/">inny</a>.</p>' +
    '<p>Oraz <a href="https://a.example/x?y=1&amp;z=2">znowu</a>, <a href="javascript:alert(1)">to</a>, <a href="#t-fn-1">1</a>, <a href="//c.example/">c</a>.</p>' +
    '<figure class="embed"><a href="https://v.example/1"><span class="embed-title">Film</span></a></figure>'
  expect(linksIn(html)).toEqual([
    { href: 'https://a.example/x?y=1&z=2', words: 'raport roczny znowu' },
    { href: 'https://b.example/', words: 'inny' },
    { href: 'https://v.example/1', words: 'Film' },
  ])
})
