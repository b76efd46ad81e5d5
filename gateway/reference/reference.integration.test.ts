import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBrowser, type Page } from '../testing/browser.ts';
import { rest } from '../testing/call.ts';
import { expectRefused } from '../testing/error-shape.ts';
import { startScene, type Scene } from '../testing/scene.ts';

const document = new URL('../../proto/gen/openapi.json', import.meta.url);

describe('the API reference', () => {
  let scene: Scene;
  beforeAll(async () => {
    scene = await startScene();
  }, 60_000);
  afterAll(() => scene.stop());

  const get = (path: string, headers: Readonly<Record<string, string>> = {}) => rest(scene.edge.port, path, { headers });

  it('is the OpenAPI document at /openapi.json, as it was generated', async () => {
    const answer = await get('/openapi.json');
    expect(answer.status).toBe(200);
    expect(answer.headers['content-type']).toBe('application/json');
    expect(answer.text).toBe(await readFile(document, 'utf8'));
  });

  it('comes compressed to who takes it, and not again to who has it', async () => {
    const answer = await fetch(`http://127.0.0.1:${scene.edge.port}/docs/swagger-ui-bundle.js`);
    expect(answer.headers.get('content-encoding')).toBe('gzip');
    expect((await answer.text()).length).toBeGreaterThan(1_000_000);
    const { headers } = await get('/openapi.json');
    const etag = headers['etag'] ?? '';
    expect(await get('/openapi.json', { 'if-none-match': etag })).toMatchObject({ status: 304, text: '', headers: { etag } });
    expect((await get('/openapi.json', { 'if-none-match': '"another"' })).status).toBe(200);
  });

  it('leads from /docs to the page', async () => {
    expect(await get('/docs')).toMatchObject({ status: 302, headers: { location: expect.stringMatching(/\/docs\/$/) as unknown } });
  });

  it('can be read and not written, and has no other files', async () => {
    expectRefused(await rest(scene.edge.port, '/openapi.json', { method: 'POST', body: {} }), 404, 5, 'ROUTE_NOT_FOUND');
    expectRefused(await get('/docs/package.json'), 404, 5, 'ROUTE_NOT_FOUND');
    expect((await rest(scene.edge.port, '/openapi.json', { method: 'HEAD' })).text).toBe('');
  });

  describe('in a browser', () => {
    let page: Page;
    beforeAll(async () => {
      page = await openBrowser();
      await page.open(`http://127.0.0.1:${scene.edge.port}/docs/`);
      await page.until(`document.querySelectorAll('.opblock-tag').length > 5`);
    }, 180_000);
    afterAll(() => page.close());

    const endpoint = '#operations-UserService-UserService_GetProfile';
    const click = (selector: string): Promise<void> => page.evaluate(`document.querySelector(${JSON.stringify(selector)}).click()`);
    const isThere = (selector: string): Promise<boolean> => page.evaluate(`document.querySelector(${JSON.stringify(selector)}) !== null`);
    const tryGetProfile = async (): Promise<void> => {
      await page.until(`document.querySelector('${endpoint}') !== null`);
      if (!(await isThere(`${endpoint}.is-open`))) await click(`${endpoint} .opblock-summary-control`);
      await page.until(`document.querySelector('${endpoint} .try-out__btn') !== null`);
      if (!(await isThere(`${endpoint} .execute`))) await click(`${endpoint} .try-out__btn`);
      await page.until(`document.querySelector('${endpoint} .execute') !== null`);
      await click(`${endpoint} .execute`);
    };
    const shown = (text: string): Promise<void> =>
      page.until(`document.querySelector('${endpoint} .live-responses-table')?.innerText.includes(${JSON.stringify(text)}) === true`);

    it('shows every service and all of its methods', async () => {
      const services = await page.evaluate<string[]>(`[...document.querySelectorAll('.opblock-tag')].map((tag) => tag.dataset.tag)`);
      expect(services).toEqual(expect.arrayContaining(['AuthService', 'OrderService', 'ProductService']));
      await page.evaluate(`document.querySelectorAll('.opblock-tag[data-is-open="false"]').forEach((tag) => tag.click())`);
      const { paths } = JSON.parse(await readFile(document, 'utf8')) as { paths: Record<string, object> };
      const operations = Object.values(paths).flatMap((path) => Object.keys(path)).length;
      await page.until(`document.querySelectorAll('.opblock').length === ${operations}`);
    }, 120_000);

    it('tries a call: refused before signing in, answered after it', async () => {
      await tryGetProfile();
      await shown('UNAUTHENTICATED');
      const accessToken = await scene.issuer.sign();
      scene.backends.on('shopverse.auth.v1.AuthService/Login', () => ({
        json: { accessToken, refreshToken: 'again', tokenType: 'Bearer', expiresIn: '900s' },
      }));
      scene.backends.on('shopverse.user.v1.UserService/GetProfile', () => ({ json: { fullName: 'Asha Rao of Bengaluru' } }));
      await page.evaluate(`{
        const form = document.querySelector('#sign-in');
        form.elements.email.value = 'asha@example.in';
        form.elements.password.value = 'a long password';
        form.requestSubmit();
      }`);
      await page.until(`document.querySelector('#sign-in output').textContent === 'Signed in as asha@example.in.'`);
      await tryGetProfile();
      await shown('Asha Rao of Bengaluru');
      const caller = scene.backends.calls.findLast(({ rpc }) => rpc.endsWith('/GetProfile'))?.metadata.get('x-user-id');
      expect(caller).toEqual(['0190a7f0-0000-7000-8000-000000000001']);
    }, 120_000);

    it('has asked nobody but the edge, and broken no policy', () => {
      expect(page.requests.length).toBeGreaterThan(5);
      expect(page.requests.filter((url) => !url.startsWith(`http://127.0.0.1:${scene.edge.port}/`))).toEqual([]);
      // The refused call above is one.
      expect(page.complaints.filter((text) => !text.includes('401'))).toEqual([]);
    });
  });
}); // prettier-ignore
