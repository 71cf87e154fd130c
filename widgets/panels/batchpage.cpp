#include "widgets/panels/batchpage.h"

#include "core/base/files.h"
#include "core/protocol/run_folder.h"
#include "core/run/runlauncher.h"
#include "widgets/language/translation.h"
#include "widgets/models/tokenlist.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/tokenchips.h"
#include "widgets/plots/labelrole.h"

#include <QComboBox>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

namespace aha {

using Json = nlohmann::ordered_json;

namespace {

constexpr int kMostChips = 100'000; // drawn of one batch

QString count(qint64 n) { return QLocale(QLocale::English).toString(n); }

qint64 whole(const Json& json, const char* key)
{
    return json.contains(key) && json[key].is_number() ? json[key].get<qint64>() : 0;
}

QString word(const Json& json, const char* key)
{
    return json.contains(key) && json[key].is_string() ? visibleLine(json[key].get<std::string>()) : QString();
}

/// A path of the form may be relative to the folder of AhaScope.
bool samePlace(const std::string& ofForm, const std::string& opened)
{
    const QString a = QString::fromStdString(ofForm), b = QFileInfo(QString::fromStdString(opened)).canonicalFilePath();
    return !b.isEmpty()
        && (QFileInfo(a).canonicalFilePath() == b
            || QFileInfo(resourceRootFolder() + QLatin1Char('/') + a).canonicalFilePath() == b);
}

/// "Row 1, document 2: traces.jsonl row 17, 120 tokens (the first of 300)"
QString headingOf(const Json& document, int inRow, bool several)
{
    const qint64 from = whole(document, "from"), to = whole(document, "to"), all = whole(document, "whole");
    QString text = tr("Row %1").arg(whole(document, "packed_row") + 1)
        + (inRow > 1 || several ? tr(", document %1").arg(inRow) : QString())
        + tr(": row %1 of ").arg(whole(document, "row") + 1) + QFileInfo(word(document, "path")).fileName()
        + tr(", %1 tokens").arg(count(to - from));
    if (to - from < all)
        text += tr(" (%1 to %2 of %3)").arg(count(from + 1), count(to), count(all));
    return text;
}

} // namespace

BatchPage::BatchPage(const QString& engine, QWidget* parent)
    : QWidget(parent)
    , m_question(engine)
    , m_source(new QComboBox(this))
    , m_step(new QSpinBox(this))
    , m_make(new QPushButton(this))
    , m_note(new QLabel(this))
    , m_legend(new QLabel(this))
    , m_chips(new TokenChips(this))
{
    m_source->setObjectName(QStringLiteral("batchSource"));
    m_source->setAccessibleName(tr("Whose settings"));
    m_source->setToolTip(
        plainToolTip(tr("Seed, packing, longest row and what has a loss: those of the form on the page "
                        "Configure, with the data set and "
                        "the tokenizer chosen here; or an open run of fine-tuning, with its own.")));
    m_source->addItem(tr("As on Configure"), QString());
    m_step->setObjectName(QStringLiteral("batchStep"));
    m_step->setAccessibleName(tr("Step whose batch is shown"));
    m_step->setPrefix(tr("step "));
    m_step->setRange(1, 1'000'000);
    m_make->setObjectName(QStringLiteral("makeBatch"));
    m_note->setObjectName(QStringLiteral("batchNote"));
    for (QLabel* label : { m_note, m_legend }) {
        label->setTextFormat(Qt::PlainText);
        label->setWordWrap(true);
    }
    m_legend->setProperty("role", QStringLiteral("hint"));
    m_chips->setObjectName(QStringLiteral("batchTokens"));
    auto* bar = new QHBoxLayout;
    bar->addWidget(m_source, 1);
    bar->addWidget(m_step);
    bar->addWidget(m_make);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(0, 6, 0, 0);
    layout->addLayout(bar);
    layout->addWidget(m_note);
    layout->addWidget(m_legend);
    layout->addWidget(m_chips, 1);
    connect(m_make, &QPushButton::clicked, this, &BatchPage::make);
    connect(m_source, &QComboBox::activated, this, &BatchPage::clear);
    connect(&m_question, &EngineQuestion::answered, this, [this](const Json& batch) {
        m_batch = batch;
        m_loader.load(QString::fromStdString(batch.value("settings", Json::object()).value("model", "")));
        refresh();
    });
    connect(&m_question, &EngineQuestion::failed, this, [this](const QString& sentence) {
        say(translated(visibleText(sentence.toStdString())), true);
        refresh();
    });
    connect(&m_loader, &TokenizerLoader::loaded, this, &BatchPage::present);
    clear();
}

void BatchPage::setRuns(const OpenRuns& runs)
{
    const QString kept = m_source->currentData().toString();
    while (m_source->count() > 1)
        m_source->removeItem(1);
    for (const OpenRun& run : runs)
        if (const Result<std::string> text
            = readFile(run.feed->folder().toStdString() + "/" + run_folder::kConfig, 1 << 20))
            if (const Result<RunConfig> config = runConfigFromJson(*text); config && config->general.kind == "sft")
                m_source->addItem(tr("Of the run ") + visibleLine(run.label.toStdString()), run.feed->folder());
    m_source->setCurrentIndex(std::max(0, m_source->findData(kept)));
}

std::optional<RunConfig> BatchPage::chosen()
{
    if (const QString folder = m_source->currentData().toString(); !folder.isEmpty()) {
        const Result<std::string> text = readFile(folder.toStdString() + "/" + run_folder::kConfig, 1 << 20);
        Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
        if (!config) {
            say(translated(visibleText(config.error().sentence())), true);
            return {};
        }
        return *config;
    }
    const std::optional<DataConfig> data = openedData ? openedData() : std::nullopt;
    if (!data) {
        say(tr("Open a data set first."), true);
        return {};
    }
    RunConfig config = form ? form() : defaultConfig("sft");
    if (config.general.kind != "sft") { // its other settings are of another stage
        const RunConfig other = config;
        config = defaultConfig("sft");
        config.general.seed = other.general.seed;
        config.model = other.model;
    }
    if (!samePlace(config.data.path, data->path)) // the form is about other rows
        config.data = *data;
    config.data.path = data->path;
    config.data.split = data->split;
    if (!data->mapping.empty())
        config.data.mapping = data->mapping;
    if (const QString model = openedModel ? openedModel() : QString(); !model.isEmpty())
        config.model.path = model.toStdString();
    return config;
}

void BatchPage::make()
{
    if (m_question.isAsking()) {
        m_question.cancel();
        clear();
        return;
    }
    clear();
    const std::optional<RunConfig> config = chosen();
    if (!config)
        return;
    m_question.ask(
        { QStringLiteral("batch"), QStringLiteral("-"), QStringLiteral("--step"), QString::number(m_step->value()) },
        QByteArray::fromStdString(toJsonText(*config)));
    say(tr("The engine reads all rows and packs them …"), false);
    refresh();
}

void BatchPage::clear()
{
    m_question.cancel();
    m_batch = {};
    m_chips->setTokens({});
    m_legend->hide();
    say(tr("The first batch of fine-tuning as the model gets it: what is packed together, what has a loss, "
           "what is cut. Made by the code that training runs, with its seed."),
        false);
    refresh();
}

void BatchPage::present()
{
    const LoadedTokenizer& words = m_loader.current();
    if (!m_batch.is_object() || !m_batch.contains("documents") || !m_batch["documents"].is_array())
        return;
    if (!words.tokenizer)
        return say(words.problem, true);
    TokenList list;
    QVector<bool> trained;
    QVector<TokenHeading> headings;
    const Json& documents = m_batch["documents"];
    int inRow = 0;
    qint64 rowBefore = -1, rows = 0;
    for (size_t d = 0; d < documents.size(); ++d) {
        const Json& document = documents[d];
        const qint64 row = whole(document, "packed_row");
        inRow = row == rowBefore ? inRow + 1 : 1;
        rows += row != rowBefore;
        rowBefore = row;
        const bool several = d + 1 < documents.size() && whole(documents[d + 1], "packed_row") == row;
        if (list.chips.size() >= kMostChips)
            continue;
        headings.append({ int(list.chips.size()), headingOf(document, inRow, several) });
        const Json ids = document.value("ids", Json::array()), losses = document.value("trained", Json::array());
        for (size_t t = 0; t < ids.size() && t < losses.size() && list.chips.size() < kMostChips; ++t) {
            list.chips.append(tokenChip(*words.tokenizer, ids[t].get<int32_t>()));
            list.chips.last().lineBreaks = 0; // rows are long; what is a line is seen by its mark
            trained.append(losses[t].get<int>() != 0);
        }
    }
    m_chips->setTokens(list);
    m_chips->setLossMask(trained);
    m_chips->setHeadings(headings);
    const Json settings = m_batch.value("settings", Json::object()), all = m_batch.value("all", Json::object());
    QString text = tr("Step %1: %2 rows of %3 documents, %4 tokens, %5 with a loss, %6 cut off behind %7 tokens.")
                       .arg(whole(m_batch, "step"))
                       .arg(rows)
                       .arg(documents.size())
                       .arg(count(whole(m_batch, "tokens")), count(whole(m_batch, "trained_tokens")),
                           count(whole(m_batch, "dropped_tokens")), count(whole(settings, "max_length")));
    text += tr(" In all %1 rows train (%2 steps an epoch), %3 of them are cut and lose %4 tokens")
                .arg(count(whole(all, "rows")), count(whole(all, "steps_in_epoch")), count(whole(all, "cut")),
                    count(whole(all, "dropped_tokens")));
    if (const qint64 out = whole(all, "untrained") + whole(all, "unreadable"); out > 0)
        text += tr("; %1 are left out, unreadable or without a loss").arg(count(out));
    say(tr("%1.").arg(text), false);
    const QString packing = word(settings, "packing");
    m_legend->setText(tr("Green: has a loss. Grey: only read. Packing %1, seed %2, loss on %3. ")
                          .arg(packing)
                          .arg(whole(settings, "seed"))
                          .arg(word(settings, "loss_on"))
        + (packing == QLatin1String("wrapped") ? tr("Documents of a row are one sequence and see each other.")
                                               : tr("Documents of a row do not see each other.")));
    m_legend->show();
}

QString BatchPage::note() const { return m_note->text(); }

void BatchPage::say(const QString& text, bool problem)
{
    setRole(m_note, problem ? "error" : "");
    m_note->setText(text);
}

void BatchPage::refresh()
{
    m_make->setText(m_question.isAsking() ? tr("Cancel") : tr("Make batch"));
    m_make->setAccessibleName(m_make->text());
}

} // namespace aha
