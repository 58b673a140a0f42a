/* Makes the quizzes of a page answerable. Nothing leaves the browser: what is answered stays on the
   page, what is passed is marked in its local storage, and the completion file is a download. */
(() => {
  const element = (tag, given = {}, ...inside) => {
    const made = Object.assign(document.createElement(tag), given);
    made.append(...inside);
    return made;
  };
  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
  const equal = (a, b) => a.length === b.length && a.every((one, i) => one === b[i]);
  const today = () => {
    const now = new Date();
    const two = (number) => String(number).padStart(2, "0");
    return `${now.getFullYear()}-${two(now.getMonth() + 1)}-${two(now.getDate())}`;
  };

  // A record with its day as people of this language write it.
  const dated = (record) => {
    const day = new Date(`${record.date}T00:00`);
    return { ...record, date: day.toLocaleDateString(document.documentElement.lang, { dateStyle: "long" }) };
  };

  // Each kind of question: how it is answered, and what the answer is (null: none yet).
  const chosen = (type) => (place, key, id) => {
    const inputs = [...place.children].map((item, i) => {
      const input = element("input", { type, name: id, value: i, id: `${id}-${i}` });
      const label = element("label", { htmlFor: input.id });
      const text = item.firstElementChild;
      label.append(...(text ? text.childNodes : item.childNodes));
      text?.remove();
      item.prepend(input, " ", label);
      return input;
    });
    place.classList.add("gk-choices");
    return {
      answer: () => {
        const found = inputs.flatMap((input, i) => (input.checked ? [i] : []));
        return found.length ? found : null;
      },
      right: (answer) => equal(answer, key.right),
      focus: () => inputs[0].focus(),
    };
  };

  const ordered = (place, key, id, words, say) => {
    const items = [...place.children];
    const name = (item) => item.querySelector("p").textContent;
    const all = () => [...place.children];
    const mark = () => {
      all().forEach((item, at) => {
        const [up, down] = item.querySelectorAll("button");
        up.setAttribute("aria-disabled", at === 0);
        down.setAttribute("aria-disabled", at === items.length - 1);
      });
    };
    const move = (item, by, button) => {
      const other = all()[all().indexOf(item) + by];
      if (!other) return;
      if (by < 0) other.before(item);
      else other.after(item);
      button.focus();
      mark();
      say(fill(words.moved, { item: name(item), place: all().indexOf(item) + 1, of: items.length }));
    };
    items.forEach((item) => {
      const buttons = [[-1, "↑", words.move_up], [1, "↓", words.move_down]].map(([by, sign, text]) => {
        const button = element("button", { type: "button", textContent: sign });
        button.setAttribute("aria-label", fill(text, { item: name(item) }));
        button.addEventListener("click", () => move(item, by, button));
        return button;
      });
      item.prepend(element("span", { className: "gk-moves" }, ...buttons));
    });
    place.classList.add("gk-steps");
    mark();
    return {
      answer: () => all().map((item) => key.shown[items.indexOf(item)]),
      right: (answer) => equal(answer, key.right),
      focus: () => place.querySelector("button").focus(),
    };
  };

  const counted = (place, key, id, words) => {
    const input = element("input", { type: "number", step: "any", id: `${id}-number` });
    place.replaceChildren(element("label", { htmlFor: input.id, textContent: words.your_answer }), " ", input);
    return {
      answer: () => (input.value === "" ? null : input.valueAsNumber),
      right: (answer) => Math.abs(answer - key.answer) <= key.tolerance,
      focus: () => input.focus(),
    };
  };

  const KINDS = { single: chosen("radio"), multiple: chosen("checkbox"), order: ordered, number: counted };

  const question = (old, key, id, words, say) => {
    const prompt = old.querySelector(".gk-prompt");
    const details = old.querySelector("details");
    const list = key.kind === "number" ? element("p") : old.querySelector("ol");
    const reasons = element("div", { className: "gk-reasons", hidden: true, id: `${id}-why` });
    const mark = element("p", { className: "gk-mark" });
    const group = element("fieldset", { className: "gk-question", id });
    group.append(element("legend", {}, ...prompt.childNodes), list, reasons);
    group.setAttribute("aria-describedby", reasons.id);
    const way = KINDS[key.kind](list, key, id, words, say);
    const [, ...rest] = details.children; // after the summary
    const listed = rest.find((part) => part.tagName === "OL");
    const general = rest.filter((part) => part !== listed).slice(key.kind in { order: 0, number: 0 } ? 1 : 0);
    const why = key.kind in { order: 0, number: 0 } ? [] : [...listed.children].map((reason, i) => {
      const place = element("div", { className: `gk-why ${key.right.includes(i) ? "gk-right" : "gk-wrong"}`, hidden: true, id: `${id}-${i}-why` });
      place.append(...[...reason.children].slice(1)); // after "right" or "not right"
      list.children[i].append(place);
      list.children[i].querySelector("input").setAttribute("aria-describedby", place.id);
      return place;
    });
    old.replaceWith(group);

    const show = (answer, right) => {
      mark.textContent = right ? words.right : key.kind === "multiple" ? words.wrong_multiple : words.wrong;
      reasons.replaceChildren(mark, ...general);
      reasons.hidden = false;
      why.forEach((place, i) => { place.hidden = !answer.includes(i) || !place.childElementCount; });
      group.classList.toggle("gk-is-right", right);
      group.classList.toggle("gk-is-wrong", !right);
    };
    return { ...way, show };
  };

  const remember = (key, score) => {
    try {
      const known = JSON.parse(localStorage.getItem("govkit-training") || "{}");
      known[key.module] = { version: key.version, digest: key.digest, date: today(), score };
      localStorage.setItem("govkit-training", JSON.stringify(known));
    } catch { /* a browser that keeps nothing: the file is enough */ }
  };

  const save = (record) => {
    const name = `govkit-${record.module}-${record.date}.json`;
    const text = new Blob([JSON.stringify(record, null, 1), "\n"], { type: "application/json" });
    const link = element("a", { href: URL.createObjectURL(text), download: name });
    document.body.append(link);
    link.click();
    link.remove();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
    return name;
  };

  const certificate = (record, words) => {
    const title = document.querySelector("h1").cloneNode(true);
    title.querySelector("a")?.remove();
    const name = element("input", { type: "text", id: "gk-name", autocomplete: "off" });
    const shown = element("p", { className: "gk-holder" });
    name.addEventListener("input", () => { shown.textContent = name.value; });
    const print = element("button", { type: "button", className: "gk-button", textContent: words.print });
    print.addEventListener("click", () => {
      document.documentElement.classList.add("gk-printing");
      window.print();
    });
    window.addEventListener("afterprint", () => document.documentElement.classList.remove("gk-printing"));
    const again = element("button", { type: "button", className: "gk-button", textContent: words.save });
    again.addEventListener("click", () => save(record));
    return [
      element("p", {}, again),
      element("section", { className: "gk-certificate" },
        element("p", { className: "gk-certificate-title", textContent: words.certificate }),
        shown,
        element("p", { textContent: words.certifies }),
        element("p", { className: "gk-certificate-module", textContent: title.textContent }),
        element("p", { textContent: fill(words.details, dated(record)) }),
        element("p", { className: "gk-print-fingerprint" }, `${words.fingerprint} `, element("code", { textContent: record.digest }))),
      element("p", { className: "gk-certificate-form" },
        element("label", { htmlFor: name.id, textContent: words.name }), " ", name, " ", print),
    ];
  };

  const quiz = (place) => {
    const { words, ...key } = JSON.parse(place.querySelector(".gk-key").textContent);
    const status = element("p", { className: "gk-status" });
    status.setAttribute("role", "status");
    const say = (text) => { status.textContent = text; };
    const form = element("form", { className: "gk-form", noValidate: true });
    const old = [...place.querySelectorAll(":scope > .gk-question")];
    const asked = key.questions.map((one, i) => question(old[i], one, `gk-${key.module}-${i + 1}`, words, say));
    form.append(...place.querySelectorAll(":scope > .gk-question"));
    const check = element("button", { className: "gk-button", textContent: words.check });
    const end = element("div", { className: "gk-passed" });
    form.append(element("p", {}, check), status);
    place.append(form, end);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      const answers = asked.map((one) => one.answer());
      const open = answers.indexOf(null);
      if (open >= 0) {
        say(fill(words.missing, { number: open + 1 }));
        asked[open].focus();
        return;
      }
      const right = asked.map((one, i) => one.right(answers[i]));
      asked.forEach((one, i) => one.show([answers[i]].flat(), right[i]));
      const score = right.filter(Boolean).length;
      const of = asked.length;
      const parts = [fill(words.result, { score, of })];
      if (score * 100 >= key.pass * of) {
        const { module, version, digest } = key;
        const record = { schema: "govkit-training/1", module, version, digest, answers, score, of, date: today() };
        parts.push(words.passed, fill(words.saved, { file: save(record) }));
        remember(key, score);
        end.replaceChildren(...certificate(record, words));
      } else {
        parts.push(fill(words.not_passed, key));
        end.replaceChildren();
      }
      say(parts.join(" "));
    });
  };

  // The learning path: what this browser has seen passed.
  const progress = (data) => {
    const { words, modules } = JSON.parse(data.textContent);
    const marks = document.querySelectorAll(".gk-done");
    let known = {};
    try { known = JSON.parse(localStorage.getItem("govkit-training") || "{}"); } catch { /* none kept */ }
    marks.forEach((mark) => {
      const passed = known[mark.dataset.module];
      const same = passed?.digest === modules[mark.dataset.module];
      mark.textContent = passed ? fill(same ? words.done : words.outdated, dated(passed)) : "";
    });
    const forget = element("button", { type: "button", className: "gk-button gk-quiet", textContent: words.forget });
    forget.addEventListener("click", () => {
      try { localStorage.removeItem("govkit-training"); } catch { /* none kept */ }
      marks.forEach((mark) => { mark.textContent = ""; });
    });
    data.after(element("p", {}, forget));
  };

  document.querySelectorAll(".gk-quiz").forEach(quiz);
  document.querySelectorAll(".gk-path-key").forEach(progress);
})();
