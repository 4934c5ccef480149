"""What a page owes its readers, looked at in a browser: what of WCAG 2.2, levels A and AA, can be measured.

In brackets stands the criterion. What no program can see (whether a name says enough, whether a text is clear) is
left to people.
"""

FAULTS = """(() => {
    const faults = [], all = (choice) => [...document.querySelectorAll(choice)];
    const say = (what, one) => faults.push(`${what}: ${(one?.textContent ?? '').trim().slice(0, 50)}`);

    // Names and structure [1.1.1, 1.3.1, 2.4.1, 2.4.2, 2.4.4, 3.1.1, 4.1.2].
    if (document.documentElement.lang !== 'en') say('no language');
    if (!document.title) say('no title');
    for (const one of ['main', 'header']) if (!document.querySelector(one)) say(`no ${one}`);
    let level = 0;
    for (const one of all('h1, h2, h3, h4, h5, h6')) {
        if (+one.tagName[1] > level + 1) say('a heading too deep', one);
        level = +one.tagName[1];
    }
    if (all('h1').length !== 1) say('not one first heading');
    for (const one of all('th')) if (!one.scope) say('a head without scope', one);
    for (const one of all('table')) {
        if (!one.caption) say('a table without caption', one);
        for (const row of one.tBodies[0]?.rows ?? [])
            if (!row.querySelector('th[scope=row]')) { say('a row without head', row); break; }
    }
    for (const one of all('svg')) {
        const title = one.querySelector(':scope > title');
        if (one.getAttribute('role') !== 'img' || !one.ariaLabel || !title) say('a picture without name', one);
    }
    for (const one of all('canvas, .scroll'))
        if (one.tabIndex !== 0 || !one.ariaLabel || !one.role) say('a place that a keyboard does not reach', one);
    for (const one of all('a, button, input, summary')) {
        const name = one.ariaLabel || one.textContent || one.labels?.[0]?.textContent || '';
        if (!name.trim()) say('something to press without a name', one);
    }
    for (const one of all('[aria-labelledby], a[href^="#"], label[for]')) {
        const id = one.getAttribute('aria-labelledby') ?? one.getAttribute('for') ?? one.hash.slice(1);
        if (!document.getElementById(id)) say(`nothing has the id ${id}`, one);
    }
    const ids = all('[id]').map(one => one.id);
    if (new Set(ids).size !== ids.length) say('an id that comes twice');

    // Reflow [1.4.10], and room to press [2.5.8]: links within a sentence are as high as its lines.
    const wide = document.documentElement.scrollWidth - document.documentElement.clientWidth;
    if (wide > 0) say(`${wide} pixels wider than the window`);
    for (const one of all('h1, h2, h3, p, li, dd, blockquote, bdi, caption, td, th'))
        if (one.getBoundingClientRect().right > innerWidth + 1 && !one.closest('.scroll, thead'))
            say('runs out of the window', one);
    for (const one of matchMedia('print').matches ? [] : all('a, button, input, summary')) {
        const { width, height } = one.getBoundingClientRect();
        const isInText = getComputedStyle(one).display === 'inline';
        if (width && !isInText && (width < 24 || height < 23.5)) say(`only ${width} by ${height} pixels`, one);
    }

    // Contrast of every text with what is behind it [1.4.3], the boxes of charts among that.
    const numbers = (colour) => [...colour.match(/[0-9.]+/g).map(Number), 1].slice(0, 4);
    const over = (top, ground) => [0, 1, 2].map(i => top[i] * top[3] + ground[i] * (1 - top[3]));
    const part = (v) => v / 255 <= 0.04045 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4;
    const light = (c) => 0.2126 * part(c[0]) + 0.7152 * part(c[1]) + 0.0722 * part(c[2]);
    const boxes = all('svg rect').map(one => [one, one.getBoundingClientRect()]);
    const groundOf = (one, isDrawn) => {
        const layers = [];
        if (isDrawn) {
            const { left, right, top, bottom } = one.getBoundingClientRect();
            const x = (left + right) / 2, y = (top + bottom) / 2;
            for (const [box, at] of boxes) {
                const isBefore = box.compareDocumentPosition(one) & Node.DOCUMENT_POSITION_FOLLOWING;
                const fill = getComputedStyle(box).fill;
                if (isBefore && fill.startsWith('rgb') && at.left < x && x < at.right && at.top < y && y < at.bottom)
                    layers.unshift(numbers(fill));
            }
        }
        for (let at = one; at; at = at.parentElement) layers.push(numbers(getComputedStyle(at).backgroundColor));
        return layers.reverse().reduce((ground, layer) => over(layer, ground), [255, 255, 255]);
    };
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let text; (text = texts.nextNode());) {
        const one = text.parentElement;
        if (!text.textContent.trim() || one.closest('script, style, title, desc')) continue;
        if (!one.getClientRects().length) continue;
        const style = getComputedStyle(one), isDrawn = one instanceof SVGElement;
        const ground = groundOf(one, isDrawn), ink = numbers(isDrawn ? style.fill : style.color);
        for (let at = one; at; at = at.parentElement) ink[3] *= +getComputedStyle(at).opacity;
        const [more, less] = [light(over(ink, ground)), light(ground)].sort((a, b) => b - a);
        const size = parseFloat(style.fontSize), isLarge = size >= 24 || (size >= 18.66 && +style.fontWeight >= 700);
        const ratio = (more + 0.05) / (less + 0.05);
        if (ratio < (isLarge ? 3 : 4.5)) say(`contrast of ${ratio.toFixed(2)}`, one);
    }
    return [...new Set(faults)];
})()"""
"""A JavaScript expression: every fault of the page that is open, as a sentence; none where all is well."""
