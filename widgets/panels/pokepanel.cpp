#include "widgets/panels/pokepanel.h"

#include "widgets/language/shownnumber.h"
#include "widgets/language/translation.h"
#include "widgets/models/heldoutsample.h"
#include "widgets/models/runkind.h"
#include "widgets/models/runsettings.h"
#include "widgets/models/runstatetext.h"
#include "widgets/models/tracelistmodel.h"
#include "widgets/models/visibletext.h"
#include "widgets/models/wordlist.h"
#include "widgets/panels/combohint.h"
#include "widgets/panels/exacttext.h"
#include "widgets/panels/samplebar.h"
#include "widgets/panels/tracepane.h"
#include "widgets/plots/emptyhint.h"
#include "widgets/plots/labelrole.h"
#include "widgets/plots/placeaction.h"

#include <nlohmann/json.hpp>

#include <QAbstractItemView>
#include <QComboBox>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QSplitter>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {

constexpr size_t kMostBytes = 900'000; ///< of a conversation: a command is one line of at most 1 MB

} // namespace

PokePanel::PokePanel(QWidget* parent)
    : QWidget(parent)
    , m_state(new QLabel(this))
    , m_problem(new QLabel(this))
    , m_facts(new QLabel(this))
    , m_continues(new QLabel(this))
    , m_prompt(new QPlainTextEdit(this))
    , m_turns(new ExactText(this))
    , m_count(new QSpinBox(this))
    , m_samples(new SampleBar(QStringLiteral("pokeAnswers"), this))
    , m_pane(nullptr)
    , m_ask(new QPushButton(tr("Ask the live weights"), this))
    , m_new(new QPushButton(tr("New conversation"), this))
    , m_pause(new QPushButton(tr("Pause"), this))
    , m_apply(new QPushButton(tr("Set"), this))
    , m_goTo(new QPushButton(tr("Traces of this step"), this))
    , m_run(new QComboBox(this))
    , m_knob(new QComboBox(this))
    , m_value(new QLineEdit(this))
    , m_fixed(new QLabel(this))
    , m_table(new QTableWidget(this))
{
    const auto name = [](QWidget* widget, const char* object, const char* spoken) {
        widget->setObjectName(QString::fromLatin1(object));
        widget->setAccessibleName(translated(spoken));
    };
    name(m_state, "pokeState", "State of the run");
    name(m_problem, "pokeProblem", "What the engine said");
    name(m_facts, "pokeFacts", "The chosen answer");
    name(m_continues, "pokeContinues", "What the next question belongs to");
    name(m_new, "pokeNew", "Begin a new conversation");
    name(m_prompt, "pokePrompt", "Prompt");
    name(m_turns, "pokeAnswer", "Conversation");
    name(m_count, "pokeSamples", "Answers to one question");
    name(m_ask, "pokeAsk", "Ask the live weights");
    name(m_pause, "pokePause", "Pause or continue the run");
    name(m_apply, "pokeSet", "Change the live setting");
    name(m_goTo, "pokeTraces", "Traces of this step");
    name(m_run, "pokeRun", "Run");
    name(m_knob, "pokeKnob", "Live setting: one that is safe to change");
    name(m_value, "pokeValue", "New value of the live setting");
    name(m_table, "pokeTable", "Answers so far");
    m_fixed->setObjectName(QStringLiteral("pokeFixed"));
    m_fixed->setProperty("role", QStringLiteral("hint"));
    for (QLabel* label : { m_state, m_problem, m_facts, m_continues, m_fixed }) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_facts->setProperty("role", QStringLiteral("hint"));
    m_problem->setProperty("role", QStringLiteral("hint"));
    m_continues->setProperty("role", QStringLiteral("hint"));
    m_new->setToolTip(tr("The next question stands alone: the model sees nothing of the turns before it"));
    m_prompt->setTabChangesFocus(true);
    m_prompt->setFixedHeight(m_prompt->fontMetrics().lineSpacing() * 4 + 14);
    m_turns->setTabChangesFocus(true);
    m_turns->setFixedHeight(m_turns->fontMetrics().lineSpacing() * 4 + 14);
    m_count->setRange(1, kMostLiveSamples);
    m_count->setToolTip(tr("How many answers are drawn for one question. Those to a held-out problem are judged."));
    const Result<Lexicon> lexicon = shippedLexicon();
    m_pane = new TracePane(std::make_shared<Lexicon>(lexicon ? *lexicon : Lexicon()), this);
    if (!lexicon) // an answer is readable without its marks, but must not look as if it had none
        m_pane->setProblem(tr("No reflection word is marked: %1").arg(translated(lexicon.error().sentence())));
    m_value->setMaximumWidth(120);
    m_knob->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon); // its list is as wide as it needs
    m_knob->setMinimumContentsLength(22);
    showWholeOnHover(m_knob);
    m_table->setColumnCount(5);
    m_table->setHorizontalHeaderLabels({ tr("Step"), QStringLiteral("T"), tr("Seed"), tr("Prompt"), tr("Answer") });
    m_table->horizontalHeader()->setSectionResizeMode(3, QHeaderView::Stretch);
    m_table->horizontalHeader()->setSectionResizeMode(4, QHeaderView::Stretch);
    for (const auto& [column, width] : { std::pair(0, 56), std::pair(1, 48), std::pair(2, 64) })
        m_table->setColumnWidth(column, width);
    m_table->verticalHeader()->hide();
    m_table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
    m_table->setSelectionBehavior(QAbstractItemView::SelectRows);
    m_table->setSelectionMode(QAbstractItemView::SingleSelection);
    m_table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    m_table->setTabKeyNavigation(false);
    m_table->setShowGrid(false);
    m_table->setWordWrap(false);
    new EmptyHint(m_table, "pokeNone",
        tr("What was asked stands here, each with the step whose weights answered.\nWrite a question above and ask, "
           "while the run trains."));

    auto* top = new QHBoxLayout;
    m_run->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    m_run->setMinimumContentsLength(18);
    top->addWidget(m_run);
    top->addWidget(m_state, 1);
    top->addWidget(m_pause);
    auto* asking = new QHBoxLayout;
    auto* countLabel = new QLabel(tr("Answers"), this);
    countLabel->setBuddy(m_count);
    m_countLabel = countLabel;
    asking->addWidget(m_ask);
    asking->addWidget(countLabel);
    asking->addWidget(m_count);
    asking->addWidget(m_new);
    asking->addWidget(m_continues, 1);
    auto* knobs = new QHBoxLayout;
    auto* knobLabel = new QLabel(tr("Live setting"), this);
    knobLabel->setBuddy(m_knob);
    knobs->addWidget(knobLabel);
    knobs->addWidget(m_knob);
    knobs->addWidget(m_value);
    knobs->addWidget(m_apply);
    knobs->addStretch(1);
    auto* reading = new QWidget(this);
    auto* readingLayout = new QVBoxLayout(reading);
    readingLayout->setContentsMargins(0, 4, 0, 0);
    auto* factsLine = new QHBoxLayout;
    factsLine->addWidget(m_facts, 1);
    factsLine->addWidget(m_goTo);
    readingLayout->addLayout(factsLine);
    readingLayout->addWidget(m_turns);
    readingLayout->addWidget(m_samples);
    readingLayout->addWidget(m_pane, 1);
    auto* split = new QSplitter(this); // side by side: a trace wants the height
    split->setChildrenCollapsible(false);
    split->addWidget(m_table);
    split->addWidget(reading);
    split->setStretchFactor(1, 1);
    split->setSizes({ 380, 560 });
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addWidget(m_prompt);
    layout->addLayout(asking);
    layout->addLayout(knobs);
    layout->addWidget(m_fixed); // on lines of its own: it is longer than one
    layout->addWidget(m_problem);
    layout->addWidget(split, 1);
    layout->addStretch(); // where there is nothing to read
    m_reading = split;
    m_problem->hide();

    connect(m_run, &QComboBox::activated, this, [this](int index) {
        if (index < 0 || index >= int(m_runs.size()))
            return;
        m_chosen = m_runs[size_t(index)].feed->folder();
        follow(m_runs[size_t(index)].feed);
    });
    connect(m_ask, &QPushButton::clicked, this, &PokePanel::ask);
    connect(m_new, &QPushButton::clicked, this, &PokePanel::beginAnew);
    new PlaceAction(
        m_prompt, "poke.ask", tr("Ask the live weights"), keyList({ Qt::CTRL | Qt::Key_Return }), [this] { ask(); },
        [this] { return m_ask->isEnabled(); });
    new PlaceAction(
        this, "poke.new", tr("Begin a new conversation"), {}, [this] { beginAnew(); },
        [this] { return m_new->isEnabled(); });
    new PlaceAction(
        this, "poke.pause", tr("Pause or continue the run"), {}, [this] { m_pause->click(); },
        [this] { return m_pause->isEnabled(); });
    new PlaceAction(
        this, "poke.traces", tr("Traces of this step"), {}, [this] { m_goTo->click(); },
        [this] { return !m_goTo->isHidden(); });
    connect(m_samples, &SampleBar::chosen, this, &PokePanel::showSample);
    connect(m_pane->compareMenu(), &QMenu::aboutToShow, this, &PokePanel::fillCompareMenu);
    connect(m_apply, &QPushButton::clicked, this, &PokePanel::setKnob);
    connect(m_value, &QLineEdit::returnPressed, this, &PokePanel::setKnob);
    connect(m_pause, &QPushButton::clicked, this, [this] {
        Command command;
        command.kind = m_feed && m_feed->state() == RunState::Paused ? Command::Kind::Resume : Command::Kind::Pause;
        if (m_feed)
            m_feed->send(command);
    });
    connect(m_table, &QTableWidget::currentCellChanged, this, [this](int row) {
        m_anew = row < 0; // a conversation that is looked at can be gone on with
        showPoke();
    });
    connect(m_table, &QTableWidget::cellClicked, this, [this] { // the one that was current before, too
        m_anew = false;
        showPoke();
    });
    const auto traces = [this] {
        if (const int row = m_table->currentRow(); m_feed && row >= 0)
            Q_EMIT stepPicked(m_feed->folder(), std::max<qint64>(m_pokes[size_t(row)].step, 1));
    };
    connect(m_goTo, &QPushButton::clicked, this, traces);
    connect(m_table, &QTableWidget::cellActivated, this, traces);
    setRuns({});
}

void PokePanel::setRuns(const OpenRuns& runs)
{
    m_runs = runs;
    auto chosen
        = std::find_if(runs.begin(), runs.end(), [this](const OpenRun& run) { return run.feed->folder() == m_chosen; });
    if (chosen == runs.end()) {
        m_chosen.clear();
        chosen = runs.begin() + std::max(0, currentIndex(runs));
    }
    m_run->clear();
    m_run->setVisible(runs.size() > 1); // one run: its name stands above the pages already
    for (const OpenRun& run : runs) {
        QPixmap swatch(10, 10);
        swatch.fill(run.color);
        m_run->addItem(QIcon(swatch), run.label);
    }
    if (chosen != runs.end())
        m_run->setCurrentIndex(int(chosen - runs.begin()));
    follow(chosen == runs.end() ? nullptr : chosen->feed);
}

void PokePanel::follow(const std::shared_ptr<RunFeed>& feed)
{
    if (feed == m_feed && feed)
        return showState();
    if (m_feed)
        m_feed->disconnect(this);
    m_feed = feed;
    m_asked.clear();
    m_set.clear();
    m_anew = true;
    m_problem->hide();
    m_kind = m_feed ? kindOfRun(m_feed->folder()) : std::string();
    const Stage stage = stageOf(m_kind);
    m_writes = stage != Stage::RewardModel;
    m_prompt->setPlaceholderText(stage == Stage::FineTuning || stage == Stage::Preference
            ? tr("What to ask. Empty: the prompt of a held-out row. Ctrl+Enter asks.")
            : tr("What to ask. Empty: a held-out problem. Ctrl+Enter asks."));
    fillKnobs();
    const QSignalBlocker block(m_table);
    m_table->setCurrentCell(-1, -1); // of another run
    m_table->setRowCount(0);
    if (m_feed) {
        connect(m_feed.get(), &RunFeed::stateChanged, this, &PokePanel::showState);
        connect(m_feed.get(), &RunFeed::progressChanged, this, &PokePanel::showState);
        connect(m_feed.get(), &RunFeed::stepsCommitted, this, &PokePanel::showState);
        connect(m_feed.get(), &RunFeed::replied, this, [this](qint64 id, bool ok, const QString& message) {
            const bool asked = m_asked.remove(id), set = m_set.remove(id);
            if (!asked && !set) {
                fillKnobs(); // another part of the window asked, or set one
                return readPokes();
            }
            showAnswer(
                set || !ok ? translated(visibleText(message.toStdString())) : QString(), !ok); // else the model's
            if (set)
                fillKnobs(); // the engine noted the value before it answered
            if (asked) {
                m_anew = m_anew && !ok;
                readPokes();
                if (ok && !m_pokes.empty()) {
                    m_table->setCurrentCell(0, 0);
                    if (m_prompt->toPlainText().trimmed() == m_pokes.front().prompt)
                        m_prompt->clear(); // for the next turn; what was typed meanwhile stays
                }
                showPoke();
            }
            showState();
        });
    }
    readPokes();
    showState();
}

/// What the run's kind reads and may change while it trains, each with the value that it has now.
void PokePanel::fillKnobs()
{
    const QVariant chosen = m_knob->currentData();
    m_knob->clear();
    std::optional<RunSettings> now = m_feed ? settingsNow(m_feed->folder()) : std::nullopt;
    RunConfig defaults;
    for (const Field& field : fields(now ? now->config : defaults)) {
        if (!field.info.live || !(m_kind.empty() || readsField(m_kind, field.info)))
            continue;
        const QString label = translated(field.info.label);
        m_knob->addItem(!now ? label
                : followsSchedule(now->config, field)
                ? tr("%1 (follows its schedule)").arg(label)
                : QStringLiteral("%1 = %2").arg(label, visibleLine(field.toText())),
            QString::fromStdString(field.info.path()));
    }
    if (const int at = m_knob->findData(chosen); chosen.isValid() && at >= 0)
        m_knob->setCurrentIndex(at);
    m_knob->view()->setMinimumWidth(m_knob->view()->sizeHintForColumn(0) + 24);
    m_fixed->setText(now ? fixedSettingsText(now->config) : QString());
    m_fixed->setVisible(now.has_value());
    m_knob->setAccessibleDescription(m_fixed->text());
}

void PokePanel::readPokes()
{
    m_pokes = m_feed ? readLivePokes(m_feed->folder()) : std::vector<LivePoke>();
    const int row = m_table->currentRow(), fromEnd = m_table->rowCount() - row; // the newest stand first
    const QSignalBlocker block(m_table);
    m_table->setRowCount(int(m_pokes.size()));
    for (int i = 0; i < int(m_pokes.size()); ++i) {
        const LivePoke& poke = m_pokes[size_t(i)];
        const QString cells[] = { QString::number(poke.step), poke.temperature, poke.seed,
            poke.prompt.isEmpty()
                ? (tr("(a held-out problem)") + QLatin1Char(' ') + visibleLine(poke.answers.question.substr(0, 200)))
                      .trimmed()
                : (poke.before.empty() ? QString() : QStringLiteral("%1. ").arg(poke.before.size() / 2 + 1))
                    + visibleLine(poke.prompt.left(200).toStdString()),
            rightText(poke.answers.samples) + visibleLine(poke.answers.samples.front().text.substr(0, 200)) };
        for (int column = 0; column < 5; ++column)
            m_table->setItem(i, column, new QTableWidgetItem(cells[column]));
    }
    if (!m_pokes.empty())
        m_table->setCurrentCell(row < 0 ? 0 : std::max(0, int(m_pokes.size()) - fromEnd), 0);
    showPoke();
}

void PokePanel::showPoke()
{
    const int row = m_table->currentRow();
    const bool any = row >= 0 && row < int(m_pokes.size());
    m_goTo->setVisible(any);
    const LivePoke* continued = shown();
    m_new->setEnabled(continued);
    m_continues->setText(continued ? (continued->before.empty()
                                 ? tr("The next question goes on with the conversation below (%1 turn so far).")
                                 : tr("The next question goes on with the conversation below (%1 turns so far)."))
                                         .arg(continued->before.size() / 2 + 1)
                                   : tr("The next question begins a new conversation."));
    if (!any) {
        m_facts->setText(QString());
        m_turns->hide();
        m_shown = {};
        m_samples->setSamples({}, 1, 0);
        m_pane->clear(
            tr("Answers stand here, each with its step, seed and temperature. Every one is a marker on the charts."));
        return;
    }
    const LivePoke& poke = m_pokes[size_t(row)];
    const int drawn = int(poke.answers.samples.size());
    m_facts->setText((drawn == 1 ? tr("%1after step %2 · temperature %3 · seed %4 · n = 1 sample")
                                 : tr("%1after step %2 · temperature %3 · seed %4 · n = %5 samples"))
                         .arg(poke.before.empty() ? QString() : tr("turn %1 · ").arg(poke.before.size() / 2 + 1),
                             QString::number(poke.step), visibleLine(poke.temperature.toStdString()),
                             visibleLine(poke.seed.toStdString()))
                         .replace(QLatin1String("%5"), QString::number(drawn)));
    // The head of the trace has room for one line: earlier turns, and a longer question, stand above it.
    std::string turns = turnsText(poke);
    m_turns->setVisible(!poke.before.empty() || poke.prompt.contains(QLatin1Char('\n')) || poke.prompt.size() > 200);
    if (turns != m_turns->bytes()) {
        m_turns->setBytes(std::move(turns));
        m_turns->moveCursor(QTextCursor::End);
        m_turns->ensureCursorVisible();
    }
    if (const std::pair of(m_feed->folder(), poke.marker); of != m_shown) { // read again, it stays as it is
        m_shown = of;
        m_samples->setSamples(poke.answers.samples, drawn, 0);
        showSample();
    }
}

void PokePanel::showSample()
{
    const int row = m_table->currentRow();
    if (row < 0 || row >= int(m_pokes.size()))
        return;
    if (m_pane->isPinned())
        m_pane->unpin();
    m_pane->setDocument(documentOf(m_pokes[size_t(row)], m_samples->current()));
}

TraceDocument PokePanel::documentOf(const LivePoke& poke, int sample) const
{
    const CompletionRow& answer
        = poke.answers.samples[size_t(std::clamp(sample, 0, int(poke.answers.samples.size()) - 1))];
    const std::string question = poke.prompt.isEmpty() ? poke.answers.question : poke.prompt.toStdString();
    TraceDocument document;
    document.text = answer.text;
    document.itemJson = poke.answers.itemJson;
    document.heading = question.empty() ? tr("(a held-out problem)") : visibleLine(question.substr(0, 200));
    document.facts = sampleFacts(answer, int(poke.answers.samples.size()));
    if (answer.parts.empty())
        return document;
    TraceListModel parts; // in the words of the page Traces
    parts.setHits({ { answer, 0, {} } }, poke.answers.weights);
    document.facts += QLatin1Char('\n')
        + tr("reward %1 = %2")
              .arg(answer.reward ? fixedNumber(*answer.reward, 2) : QStringLiteral("–"), parts.partsText(answer));
    return document;
}

/// The other answers to the same question.
void PokePanel::fillCompareMenu()
{
    QMenu* menu = m_pane->compareMenu();
    menu->clear();
    const int row = m_table->currentRow();
    const int count = row < 0 || row >= int(m_pokes.size()) ? 0 : int(m_pokes[size_t(row)].answers.samples.size());
    for (int i = 0; i < count; ++i)
        if (i != m_samples->current())
            menu->addAction(tr("Answer %1").arg(i + 1), this,
                [this, row, i] { m_pane->setPinned(documentOf(m_pokes[size_t(row)], i)); });
    if (m_pane->isPinned())
        menu->addAction(tr("Close the comparison"), m_pane, &TracePane::unpin);
    if (menu->isEmpty())
        menu->addAction(tr("This question has one answer"))->setEnabled(false);
}

void PokePanel::setLexicon(std::shared_ptr<const Lexicon> lexicon) { m_pane->setLexicon(std::move(lexicon)); }

const LivePoke* PokePanel::shown() const
{
    const int row = m_table->currentRow();
    if (m_anew || row < 0 || row >= int(m_pokes.size()) || !m_pokes[size_t(row)].isConversation)
        return nullptr;
    return &m_pokes[size_t(row)];
}

void PokePanel::beginAnew()
{
    m_anew = true;
    const QSignalBlocker block(m_table);
    m_table->setCurrentCell(-1, -1);
    showPoke();
    m_prompt->setFocus();
}

void PokePanel::showAnswer(const QString& text, bool wrong)
{
    m_problem->setText(text);
    setRole(m_problem, wrong ? "error" : "hint");
    m_problem->setVisible(!text.isEmpty());
}

void PokePanel::showState()
{
    const bool live = m_feed && m_feed->attached(), paused = live && m_feed->state() == RunState::Paused;
    const qint64 step = m_feed ? std::max<qint64>(m_feed->lastStep(), 0) : 0;
    m_state->setText(!m_feed ? tr("Open a run that trains, to ask its weights as they are now.")
            : !live          ? tr("No engine trains this run. Resume it to ask its live weights; a checkpoint "
                                           "can be asked in the Playground.")
            : !m_writes ? tr("This run trains a reward model: it judges texts and writes none, so there is nobody to "
                             "ask. It can be paused, and its live settings changed.")
            : m_feed->state() == RunState::Starting ? tr("The run is %1. It answers before its first step.")
                                                          .arg(runStateText(RunState::Starting, m_feed->startPart()))
            : paused ? tr("Paused after step %1. Ask, change a live setting, continue.").arg(step)
            : m_asked.isEmpty()
            ? tr("Running, step %1. An answer comes between two steps; pause to ask more than once.").arg(step)
            : tr("Asked. The answer comes after the step in flight."));
    m_pause->setText(paused ? tr("Continue") : tr("Pause"));
    for (QWidget* one : { static_cast<QWidget*>(m_ask), static_cast<QWidget*>(m_pause), static_cast<QWidget*>(m_apply),
             static_cast<QWidget*>(m_knob), static_cast<QWidget*>(m_value), static_cast<QWidget*>(m_prompt),
             static_cast<QWidget*>(m_count) })
        one->setEnabled(live);
    for (QWidget* one : { static_cast<QWidget*>(m_prompt), static_cast<QWidget*>(m_ask), static_cast<QWidget*>(m_new),
             static_cast<QWidget*>(m_continues), static_cast<QWidget*>(m_count), m_countLabel, m_reading })
        one->setVisible(m_writes);
}

void PokePanel::ask()
{
    if (!m_feed || !m_feed->attached())
        return;
    Command command;
    command.kind = Command::Kind::SampleNow;
    command.samples = m_count->value();
    command.prompt = m_prompt->toPlainText().trimmed().toStdString();
    if (!command.prompt.empty()) {
        auto turns = nlohmann::ordered_json::array();
        const auto add = [&](bool user, const QString& text) {
            turns.push_back({ { "role", user ? "user" : "assistant" }, { "content", text.toStdString() } });
        };
        if (const LivePoke* before = shown()) {
            for (const LivePoke::Turn& turn : before->before)
                add(turn.user, turn.text);
            add(true, before->prompt);
            // The answer that is read; the first as it was sent.
            const int sample = m_samples->current();
            add(false,
                sample > 0 && sample < int(before->answers.samples.size())
                    ? QString::fromStdString(before->answers.samples[size_t(sample)].text)
                    : before->answer);
        }
        add(true, m_prompt->toPlainText().trimmed());
        command.completion = turns.dump();
    }
    if (command.prompt.size() + command.completion.size() > kMostBytes) {
        return showAnswer(tr("The conversation is too long to send (%1 of at most %2 bytes). Begin a new one.")
                              .arg(command.prompt.size() + command.completion.size())
                              .arg(kMostBytes),
            true);
    }
    if (const qint64 id = m_feed->send(command); id > 0)
        m_asked.insert(id);
    showState();
}

void PokePanel::setKnob()
{
    if (!m_feed || !m_feed->attached())
        return;
    // The same rules as the engine's, so that a slip is told at once and nothing is sent.
    RunConfig trial = defaultConfig(m_kind.empty() ? "grpo" : m_kind);
    Command command;
    command.kind = Command::Kind::Set;
    command.assignment
        = (m_knob->currentData().toString() + QLatin1Char('=') + m_value->text().trimmed()).toStdString();
    if (const Result<void> set = applySetting(trial, command.assignment); !set) {
        return showAnswer(translated(set.error().sentence()), true);
    }
    if (const qint64 id = m_feed->send(command); id > 0)
        m_set.insert(id);
}

} // namespace aha
