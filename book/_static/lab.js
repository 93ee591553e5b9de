// A lab without a kernel: a slider's position chooses one of the frames that were drawn when the site was built.
const PACE = 80; // milliseconds a frame, when a lab plays

for (const lab of document.querySelectorAll("figure.lab")) {
  const { texts, captions, frames } = JSON.parse(lab.querySelector("script").textContent);
  const caption = lab.querySelector("figcaption");
  const panels = lab.querySelector(".lossgd-panels");
  const moving = lab.querySelectorAll(".moving");
  const sliders = lab.querySelectorAll("input");
  const outputs = lab.querySelectorAll("output");
  const show = () => {
    let frame = 0; // the last slider moves fastest
    sliders.forEach((slider, i) => {
      const text = texts[i][slider.value];
      slider.setAttribute("aria-valuetext", text);
      outputs[i].textContent = text;
      frame = frame * texts[i].length + Number(slider.value);
    });
    moving.forEach((layer, i) => (layer.innerHTML = frames[frame][i]));
    caption.textContent = captions[frame];
    panels.setAttribute("aria-label", captions[frame]);
  };
  lab.querySelector(".lab-controls").hidden = false;
  // Room for the longest caption, so that none moves the sliders.
  caption.textContent = captions.reduce((a, b) => (b.length > a.length ? b : a));
  caption.style.minHeight = `${caption.offsetHeight}px`;
  show();

  const button = lab.querySelector(".lab-play");
  const last = sliders[sliders.length - 1];
  let timer = 0;
  const pause = () => {
    clearInterval(timer);
    timer = 0;
    button.textContent = "Play";
    caption.ariaLive = "polite";
  };
  lab.addEventListener("input", () => {
    if (timer) pause();
    show();
  });
  button?.addEventListener("click", () => {
    if (timer) return pause();
    if (last.value === last.max) last.value = 0;
    button.textContent = "Pause";
    caption.ariaLive = "off"; // a screen reader hears where it stops, not each frame
    timer = setInterval(() => {
      last.stepUp();
      if (last.value === last.max) pause();
      show();
    }, PACE);
  });
}
