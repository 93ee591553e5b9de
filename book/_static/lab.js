// A lab without a kernel: a slider's position chooses one of the frames that were drawn when the site was built.
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
  lab.addEventListener("input", show);
  lab.querySelector(".lab-controls").hidden = false;
}
