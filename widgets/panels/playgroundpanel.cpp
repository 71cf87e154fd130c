#include "widgets/panels/playgroundpanel.h"

#include "widgets/language/translation.h"
#include "widgets/panels/exactcopy.h"

#include "core/run/playgroundprocess.h"
#include "widgets/models/cardsections.h"
#include "widgets/models/recentmodels.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/modelchooser.h"
#include "widgets/panels/replyview.h"
#include "widgets/panels/samplingform.h"
#include "widgets/panels/turnview.h"
#include "widgets/plots/labelrole.h"
#include "widgets/plots/placeaction.h"

#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QPlainTextEdit>
#include <QPushButton>
#include <QScrollArea>
#include <QScrollBar>
#include <QVBoxLayout>

#include <algorithm>

namespace aha {

namespace {
constexpr int kButtonGap = 6, kDrawMs = 40, kFormWidth = 236, kMostTurnWidth = 1500;
constexpr const char* kSlots[] = { "main", "second" };
}

PlaygroundPanel::PlaygroundPanel(RecentModels* recent, const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_recent(recent)
    , m_engine(new PlaygroundProcess(engine, this))
    , m_conversation(new Conversation(this))
    , m_state(new QLabel(this))
    , m_hint(new QLabel(this))
    , m_restart(new QPushButton(tr("Start it again"), this))
    , m_send(new QPushButton(tr("Send"), this))
    , m_stop(new QPushButton(tr("Stop"), this))
    , m_clear(new QPushButton(tr("New conversation"), this))
    , m_scroll(new QScrollArea(this))
    , m_input(new QPlainTextEdit(this))
    , m_form(new SamplingForm(this))
{
    m_choosers[0] = new ModelChooser(recent, tr("Model"), QString(), this);
    m_choosers[1] = new ModelChooser(recent, tr("Model to compare with"), tr("Compare with none"), this);
    m_choosers[0]->setObjectName(QStringLiteral("playgroundModel"));
    m_choosers[1]->setObjectName(QStringLiteral("playgroundSecond"));
    m_state->setObjectName(QStringLiteral("playgroundState"));
    m_state->setTextFormat(Qt::PlainText);
    m_state->setWordWrap(true);
    m_hint->setTextFormat(Qt::PlainText);
    m_hint->setWordWrap(true);
    m_hint->setAlignment(Qt::AlignCenter);
    m_hint->setProperty("role", QStringLiteral("hint"));
    m_restart->setObjectName(QStringLiteral("restartEngine"));
    m_send->setObjectName(QStringLiteral("send"));
    m_send->setDefault(true);
    m_stop->setObjectName(QStringLiteral("stopAnswer"));
    m_clear->setObjectName(QStringLiteral("newConversation"));
    m_input->setObjectName(QStringLiteral("message"));
    m_input->setTabChangesFocus(true); // Tab leaves every field of the window
    m_input->setAccessibleName(tr("Message"));
    m_input->setPlaceholderText(tr("Write a message. Enter sends it, Shift+Enter begins a new line."));
    // As high as the two buttons beside it, whose edges are then its own.
    m_input->setFixedHeight(std::max(
        fontMetrics().lineSpacing() * 3 + 14, m_send->sizeHint().height() + kButtonGap + m_stop->sizeHint().height()));
    m_input->installEventFilter(this);

    auto* turns = new QWidget(this);
    m_turnLayout = new QVBoxLayout(turns);
    m_turnLayout->setContentsMargins(0, 0, 8, 0);
    m_turnLayout->setSpacing(12);
    m_turnLayout->addWidget(m_hint);
    m_turnLayout->addStretch(1);
    m_scroll->setWidget(turns);
    m_scroll->setWidgetResizable(true);
    m_scroll->setFrameShape(QFrame::NoFrame);
    m_scroll->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    m_scroll->setAccessibleName(tr("Conversation"));
    turns->setMaximumWidth(kMostTurnWidth);

    auto* top = new QHBoxLayout;
    top->addWidget(m_choosers[0], 1);
    top->addWidget(m_choosers[1], 1);
    top->addWidget(m_clear);
    auto* stateRow = new QHBoxLayout;
    stateRow->addWidget(m_state, 1);
    stateRow->addWidget(m_restart);
    auto* buttons = new QVBoxLayout;
    buttons->setSpacing(kButtonGap);
    buttons->addWidget(m_send, 0, Qt::AlignTop);
    buttons->addWidget(m_stop, 0, Qt::AlignBottom);
    auto* bottom = new QHBoxLayout;
    bottom->addWidget(m_input, 1);
    bottom->addLayout(buttons);
    auto* talk = new QVBoxLayout;
    talk->addWidget(m_scroll, 1);
    talk->addLayout(bottom);
    m_form->setFixedWidth(kFormWidth);
    auto* formScroll = new QScrollArea(this);
    formScroll->setWidget(m_form);
    formScroll->setWidgetResizable(true);
    formScroll->setFrameShape(QFrame::NoFrame);
    formScroll->setFixedWidth(kFormWidth + 16);
    auto* middle = new QHBoxLayout;
    middle->setSpacing(14);
    middle->addLayout(talk, 1);
    middle->addWidget(formScroll);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 12, 12, 12);
    layout->setSpacing(8);
    layout->addLayout(top);
    layout->addLayout(stateRow);
    layout->addLayout(middle, 1);

    m_clock.start();
    m_draw.setSingleShot(true);
    m_draw.setInterval(kDrawMs);
    connect(&m_draw, &QTimer::timeout, this, &PlaygroundPanel::drawChanged);
    for (int c = 0; c < Conversation::kMostColumns; ++c)
        connect(m_choosers[c], &ModelChooser::chosen, this, [this, c](const QString& path) { load(c, path); });
    connect(m_engine, &PlaygroundProcess::eventReceived, this, &PlaygroundPanel::take);
    connect(m_engine, &PlaygroundProcess::died, this, &PlaygroundPanel::engineDied);
    connect(m_restart, &QPushButton::clicked, this, &PlaygroundPanel::startAgain);
    connect(m_send, &QPushButton::clicked, this, [this] { send(m_input->toPlainText()); });
    connect(m_stop, &QPushButton::clicked, this, &PlaygroundPanel::stop);
    connect(m_clear, &QPushButton::clicked, this, [this] {
        stop();
        m_conversation->clear();
    });
    connect(m_form, &SamplingForm::heatChanged, this, [this] {
        for (TurnView* turn : m_turns)
            turn->setHeat(m_form->heat());
    });
    const auto changed = [this] { m_turnsJson.reset(); };
    connect(m_conversation, &Conversation::rowsInserted, this, changed);
    connect(m_conversation, &Conversation::rowsRemoved, this, changed);
    connect(m_conversation, &Conversation::dataChanged, this, changed);
    connect(m_conversation, &Conversation::rowsInserted, this, [this](const QModelIndex&, int row) {
        auto* turn = new TurnView(m_conversation->user(row), m_conversation->columns(row), this);
        QStringList names;
        for (const Model& model : m_models)
            names << visibleLine(shortModelName(model.path).toStdString());
        turn->setNames(names);
        turn->setHeat(m_form->heat());
        turn->present(*m_conversation, row);
        m_turns.push_back(turn);
        m_turnLayout->insertWidget(m_turnLayout->count() - 1, turn);
        connect(turn, &TurnView::editRequested, this, [this, row] { edit(row); });
        connect(turn, &TurnView::againRequested, this, [this, row] { again(row); });
        connect(turn, &TurnView::copyRequested, this, [this, row](int column) {
            copyExactly(QByteArray::fromStdString(m_conversation->reply(row, column).exact()));
        });
        refresh();
    });
    connect(m_conversation, &Conversation::rowsRemoved, this, [this](const QModelIndex&, int first, int) {
        for (size_t row = size_t(first); row < m_turns.size(); ++row)
            m_turns[row]->deleteLater();
        m_turns.resize(size_t(first));
        m_changed.clear();
        refresh();
    });
    connect(m_conversation, &Conversation::dataChanged, this, [this](const QModelIndex& changed) {
        m_changed.insert(changed.row());
        if (!m_draw.isActive())
            m_draw.start();
    });
    new PlaceAction(
        this, "playground.new", tr("New conversation"), {}, [this] { m_clear->click(); },
        [this] { return m_clear->isEnabled(); });
    new PlaceAction(
        this, "playground.stop", tr("Stop the answer"), {}, [this] { stop(); }, [this] { return m_stop->isEnabled(); });
    refresh();
}

PlaygroundPanel::~PlaygroundPanel() { m_engine->disconnect(this); }

void PlaygroundPanel::openModel(const QString& path, int column) { m_choosers[column]->setPath(path); }

void PlaygroundPanel::setRuns(const OpenRuns& runs)
{
    for (ModelChooser* chooser : m_choosers)
        chooser->setRuns(runs);
}

void PlaygroundPanel::load(int column, QString path)
{
    Model& model = m_models[column];
    model = {};
    model.path = path;
    m_keepsSampling = m_keepsSampling && column > 0;
    if (m_conversation->isAnswering())
        stop();
    if (path.isEmpty()) {
        if (m_engine->isRunning())
            m_engine->send({ { "op", "unload" }, { "model", kSlots[column] } });
    } else {
        model.slot = Slot::Loading;
        m_dead.clear();
        m_engine->send({ { "op", "load" }, { "id", std::string("load.") + kSlots[column] }, { "model", kSlots[column] },
            { "path", path.toStdString() } });
    }
    refresh();
}

void PlaygroundPanel::take(const nlohmann::ordered_json& event)
{
    if (m_conversation->take(event, double(m_clock.elapsed() - m_asked) / 1000))
        return;
    const std::string kind = event.value("event", ""), name = event.value("model", "");
    for (int c = 0; c < Conversation::kMostColumns; ++c) {
        Model& model = m_models[c];
        if (name != kSlots[c] || event.value("id", "") != std::string("load.") + kSlots[c]
            || (event.contains("path") && event.value("path", "") != model.path.toStdString())) // of an earlier choice
            continue;
        if (kind == "ready") {
            model.slot = Slot::Ready;
            model.card = event.value("card", nlohmann::ordered_json::object());
            if (c == 0)
                m_form->setCard(model.card, !m_keepsSampling);
        } else if (kind == "error") {
            model.slot = Slot::Failed;
            model.problem
                = translated(visibleText(event.value("message", "") + " " + event.value("hint", "")).trimmed());
        }
    }
    refresh();
}

void PlaygroundPanel::engineDied(const QString& sentence)
{
    m_dead = translated(sentence);
    for (Model& model : m_models)
        model.slot = Slot::Empty;
    m_conversation->failOpen(tr("The engine ended before this answer was finished."));
    refresh();
}

void PlaygroundPanel::startAgain()
{
    m_dead.clear();
    for (int c = 0; c < Conversation::kMostColumns; ++c)
        if (!m_models[c].path.isEmpty())
            load(c, m_models[c].path);
    refresh();
}

void PlaygroundPanel::send(const QString& text)
{
    if (text.trimmed().isEmpty() || !m_send->isEnabled())
        return;
    m_conversation->addTurn(text, columns());
    m_input->clear();
    ask();
}

bool PlaygroundPanel::canSend() const { return m_send->isEnabled(); }

void PlaygroundPanel::ask()
{
    m_asked = m_clock.elapsed();
    for (int c = 0; c < columns(); ++c) {
        const bool plain = m_models[c].card.value("chat_template", nlohmann::ordered_json::object()).contains("error");
        m_engine->send(m_conversation->request(c, m_form->system(), m_form->choice(), m_form->kwargs(), plain));
    }
    refresh();
    m_scroll->verticalScrollBar()->setValue(m_scroll->verticalScrollBar()->maximum());
}

void PlaygroundPanel::stop()
{
    if (m_engine->isRunning() && m_conversation->isAnswering())
        m_engine->send({ { "op", "cancel" } });
}

void PlaygroundPanel::edit(int row)
{
    const QString text = m_conversation->user(row);
    stop();
    m_conversation->truncate(row);
    m_input->setPlainText(text);
    m_input->setFocus();
    m_input->selectAll();
}

void PlaygroundPanel::again(int row)
{
    const QString text = m_conversation->user(row);
    stop();
    m_conversation->truncate(row);
    m_form->nextSeed();
    send(text);
}

QJsonObject PlaygroundPanel::sessionState() const
{
    QJsonArray models;
    for (const Model& model : m_models)
        models.append(model.path);
    if (!m_turnsJson)
        m_turnsJson = m_conversation->toJson();
    return { { QStringLiteral("models"), models }, { QStringLiteral("turns"), *m_turnsJson } };
}

void PlaygroundPanel::restoreSession(const QJsonObject& state)
{
    const QJsonArray models = state[QStringLiteral("models")].toArray();
    for (int c = 0; c < Conversation::kMostColumns; ++c) // before the turns: they are headed by the names
        m_choosers[c]->setPath(models[c].toString());
    m_keepsSampling = true;
    m_conversation->restore(state[QStringLiteral("turns")].toArray());
}

QString PlaygroundPanel::stateText() const { return m_state->text(); }

void PlaygroundPanel::refresh()
{
    QStringList says;
    bool ready = m_models[0].slot == Slot::Ready && (m_models[1].path.isEmpty() || m_models[1].slot == Slot::Ready);
    for (const Model& model : m_models) {
        const QString name = visibleLine(shortModelName(model.path).toStdString());
        if (model.slot == Slot::Loading)
            says << tr("Loading ") + name + QStringLiteral(" …");
        else if (model.slot == Slot::Failed)
            says << name + QStringLiteral(": ") + model.problem;
        else if (model.slot == Slot::Ready)
            says << cardLine(model.card)
                    + (model.card.value("chat_template", nlohmann::ordered_json::object()).contains("error")
                            ? tr(" (no chat template: it continues your text, and earlier messages are not in its "
                                 "context)")
                            : QString());
    }
    const bool failed = !m_dead.isEmpty() || m_models[0].slot == Slot::Failed || m_models[1].slot == Slot::Failed;
    setRole(m_state, failed ? "error" : "hint");
    m_state->setText(m_dead.isEmpty() ? says.join(QStringLiteral("   |   ")) : m_dead);
    m_state->setVisible(!m_state->text().isEmpty());
    m_restart->setVisible(!m_dead.isEmpty());
    const bool answering = m_conversation->isAnswering();
    m_send->setEnabled(ready && !answering && m_dead.isEmpty());
    m_stop->setEnabled(answering);
    m_clear->setEnabled(m_conversation->rowCount() > 0);
    m_hint->setVisible(m_turns.empty());
    m_hint->setText(m_models[0].path.isEmpty()
            ? tr("\nChoose a model above, or open one: a Hugging Face folder, a GGUF file, an adapter, or "
                 "a checkpoint of a run.\n\nA second one answers the same words with the same seed beside it.")
            : tr("\nWrite below. Everything stays on this machine."));
}

void PlaygroundPanel::drawChanged()
{
    QScrollBar* bar = m_scroll->verticalScrollBar();
    const bool atEnd = bar->value() >= bar->maximum() - 4; // follow only while a person is at the end
    for (const int row : std::exchange(m_changed, {}))
        if (row < m_conversation->rowCount())
            m_turns[size_t(row)]->present(*m_conversation, row);
    refresh();
    if (atEnd)
        QTimer::singleShot(0, bar, [bar] { bar->setValue(bar->maximum()); });
}

bool PlaygroundPanel::eventFilter(QObject* object, QEvent* event)
{
    if (object == m_input && event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if ((key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) && !(key->modifiers() & Qt::ShiftModifier)) {
            send(m_input->toPlainText());
            return true;
        }
        if (key->key() == Qt::Key_Escape && m_conversation->isAnswering()) {
            stop();
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

} // namespace aha
