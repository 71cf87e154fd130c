// Files of the page Configure: load, save, launch scripts, and the draft that survives a crash; and its actions.

#include "core/base/files.h"
#include "core/config/data_sources.h"
#include "core/recipes/export_recipe.h"
#include "core/recipes/recipe_text.h"
#include "widgets/language/translation.h"
#include "widgets/models/anyconfig.h"
#include "widgets/models/visibletext.h"
#include "widgets/panels/configform.h"
#include "widgets/panels/configtextpane.h"
#include "widgets/panels/configurepanel.h"
#include "widgets/panels/notebar.h"
#include "widgets/panels/recipepage.h"
#include "widgets/plots/placeaction.h"

#include <nlohmann/json.hpp>

#include <QFileDialog>
#include <QFileInfo>
#include <QLineEdit>
#include <QMenu>
#include <QPushButton>
#include <QStackedWidget>
#include <QToolButton>

namespace aha {

namespace {

constexpr int kDraftVersion = 1;

} // namespace

void ConfigurePanel::fillFileMenu(QMenu* menu)
{
    menu->addAction(tr("Load…"), this, [this] { chooseFile(false); });
    menu->addAction(tr("Save…"), this, [this] { chooseFile(true); });
    menu->addSeparator();
    menu->addAction(tr("Import a recipe of TRL, open-r1, verl, OpenRLHF…"), this, [this] {
        m_pages->setCurrentWidget(m_recipes);
        m_recipes->importText(QString());
    });
    for (const QString& framework : { QStringLiteral("trl"), QStringLiteral("verl") })
        menu->addAction(tr("Export a launch script for %1…")
                            .arg(framework == QLatin1String("trl") ? QStringLiteral("TRL") : framework),
            this, [this, framework] {
                if (const QString folder = QFileDialog::getExistingDirectory(this, tr("Folder for the launch script"));
                    !folder.isEmpty())
                    exportTo(framework, folder);
            });
}

void ConfigurePanel::chooseFile(bool save)
{
    const QString filter = QStringLiteral("Configuration (*.json)");
    const QString file = save
        ? QFileDialog::getSaveFileName(this, tr("Save configuration"), QStringLiteral("config.json"), filter)
        : QFileDialog::getOpenFileName(this, tr("Load configuration"), QString(), filter);
    if (!file.isEmpty())
        save ? saveFile(file) : loadFile(file);
}

void ConfigurePanel::makeActions()
{
    const auto onForm = [this] { return m_pages->currentIndex() == 0; };
    auto* undo = new PlaceAction(
        this, "configure.undo", tr("Undo an edit of the form"), QKeySequence::keyBindings(QKeySequence::Undo),
        [this] { this->undo(); }, [this, onForm] { return onForm() && m_undo->isEnabled(); });
    auto* redo = new PlaceAction(
        this, "configure.redo", tr("Redo an edit of the form"), QKeySequence::keyBindings(QKeySequence::Redo),
        [this] { this->redo(); }, [this, onForm] { return onForm() && m_redo->isEnabled(); });
    m_form->setUndoActions(undo, redo);
    new PlaceAction(
        this, "configure.find", tr("Find a setting"), keyList({ Qt::CTRL | Qt::Key_F }),
        [this] {
            m_search->setFocus();
            m_search->selectAll();
        },
        onForm);
    new PlaceAction(this, "configure.recipes", tr("Recipes and imports…"), {}, [this] {
        m_pages->setCurrentWidget(m_recipes);
        m_recipes->findChild<QWidget*>(QStringLiteral("recipeFilter"))->setFocus();
    });
    new PlaceAction(
        this, "configure.form", tr("Back to the form"), {}, [this] { m_pages->setCurrentIndex(0); },
        [onForm] { return !onForm(); });
    new PlaceAction(
        this, "configure.advanced", tr("Advanced settings, or not"), {}, [this] { m_advanced->click(); }, onForm);
    static constexpr const char* kSides[][2] = { { "configure.rewards", QT_TR_NOOP("Rewards beside the form") },
        { "configure.text", QT_TR_NOOP("JSON or YAML beside the form") },
        { "configure.differences", QT_TR_NOOP("Differences from a run or a recipe") },
        { "configure.advice", QT_TR_NOOP("Advice beside the form") } };
    for (size_t side = 0; side < std::size(kSides); ++side)
        new PlaceAction(
            this, kSides[side][0], translated(kSides[side][1]), {}, [this, side] { m_sideButtons[side]->click(); },
            onForm);
    new PlaceAction(
        this, "configure.start", tr("Start training"), {}, [this] { m_start->click(); },
        [this, onForm] { return onForm() && m_start->isEnabled(); });
}

bool ConfigurePanel::loadFile(const QString& file)
{
    const Result<std::string> text = readFile(file.toStdString(), 1 << 20);
    const Result<RunConfig> config = text ? runConfigFromJson(*text) : Result<RunConfig>(text.error());
    if (!config) {
        m_note->say(tr("Not loaded: ") + translated(visibleText(config.error().sentence())), true);
        return false;
    }
    const QFileInfo from(file);
    setConfig(withPathsFrom(*config, from.absolutePath().toStdString()), from.absoluteFilePath());
    return true;
}

bool ConfigurePanel::importFile(const QString& file)
{
    const Result<std::string> text = readFile(file.toStdString(), kMaxRecipeBytes);
    if (!text) {
        m_pages->setCurrentIndex(0);
        m_note->say(tr("Not loaded: ") + translated(visibleText(text.error().sentence())), true);
        return false;
    }
    if (const Result<RunConfig> own = ownYaml(*text)) {
        start(withPathsFrom(*own, QFileInfo(file).absolutePath().toStdString()), {},
            QFileInfo(file).fileName()); // a command line takes JSON: its settings stand there instead
        return true;
    }
    m_pages->setCurrentWidget(m_recipes);
    m_recipes->importText(QString::fromStdString(*text));
    return true;
}

bool ConfigurePanel::saveFile(const QString& file)
{
    if (Result<void> written = writeFileAtomically(
            file.toStdString(), toJsonText(withPathsBelow(config(), QFileInfo(file).absolutePath().toStdString())));
        !written) {
        m_note->say(tr("Not saved: ") + translated(visibleText(written.error().sentence())), true);
        return false;
    }
    m_base = m_started = config();
    m_file = QFileInfo(file).absoluteFilePath();
    m_title = m_file;
    m_history.setOrigin({ m_base, m_started, m_file, m_title, m_queued });
    showState();
    m_draftTimer.start();
    return true;
}

bool ConfigurePanel::exportTo(const QString& framework, const QString& folder)
{
    const Result<ExportedRecipe> recipe = exportRecipe(config(), framework.toStdString());
    QStringList written;
    Result<void> result = recipe ? Result<void>() : Result<void>(recipe.error());
    if (recipe)
        for (const ExportedFile& file : recipe->files) {
            const QString path = folder + QLatin1Char('/') + QString::fromStdString(file.name);
            if (result)
                result = writeFileAtomically(path.toStdString(), file.text);
            if (result && file.executable)
                QFile::setPermissions(path, QFile::permissions(path) | QFile::ExeOwner | QFile::ExeUser);
            written << QString::fromStdString(file.name);
        }
    if (!result) {
        m_note->say(tr("Not exported: ") + translated(visibleText(result.error().sentence())), true);
        return false;
    }
    QStringList without;
    for (const std::string& sentence : recipe->without)
        without << visibleLine(sentence);
    const int n = int(without.size());
    m_note->say(tr("Written to %1: %2.").arg(folder, written.join(QStringLiteral(", ")))
        + (n == 0 ? QString()
                  : tr("\nWithout counterpart there (the script says it, too): ")
                    + without.mid(0, 8).join(QStringLiteral("; "))
                    + (n > 8 ? tr("; and %1 more").arg(n - 8) : QString())));
    return true;
}

QByteArray ConfigurePanel::draft() const
{
    const QString broken = m_text->brokenText();
    // The command line names a file for the built-in defaults, too; the form does not come from there.
    const bool fromDefaults = m_file == demoFile() && differences(m_started, RunConfig {}).empty();
    nlohmann::ordered_json json { { "version", kDraftVersion },
        { "config", nlohmann::ordered_json::parse(toJsonText(config())) },
        { "file", fromDefaults ? std::string() : m_file.toStdString() }, { "title", m_title.toStdString() },
        { "queued", m_queued.toStdString() } };
    if (!broken.isEmpty()) {
        json["text"] = broken.toStdString();
        json["yaml"] = m_text->isYaml();
    }
    return QByteArray::fromStdString(json.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace));
}

void ConfigurePanel::restoreDraft(const QByteArray& draft)
{
    const auto json = nlohmann::ordered_json::parse(draft.toStdString(), nullptr, false);
    if (!json.is_object() || json.value("version", 0) != kDraftVersion || !json.contains("config"))
        return;
    const Result<RunConfig> config = runConfigFromJson(json["config"].dump());
    if (!config)
        return;
    const auto text = [&](const char* key) {
        return json.contains(key) && json[key].is_string() ? QString::fromStdString(json[key].get<std::string>())
                                                           : QString();
    };
    // What the file says now is what the command line starts from; gone: from nowhere.
    const QString file = text("file");
    const Result<std::string> before = readFile(file.toStdString(), 1 << 20);
    const Result<RunConfig> base = before ? runConfigFromJson(*before) : Result<RunConfig>(before.error());
    base
        ? start(withPathsFrom(*base, QFileInfo(file).absolutePath().toStdString()), file, text("title"), text("queued"))
        : start(RunConfig {}, {}, tr("built-in defaults"), text("queued"));
    m_history.reset(this->config(), m_history.origin()); // the form was not used yet: there is nothing before the draft
    m_form->setConfig(*config);
    edited(QStringLiteral("draft"));
    m_history.seal();
    if (const QString broken = text("text"); !broken.isEmpty()) {
        m_text->setYaml(json.contains("yaml") && json["yaml"].is_boolean() && json["yaml"].get<bool>());
        m_text->setText(broken);
        showSide(Side::Text);
    }
}

} // namespace aha
