#pragma once
// Charts as files for a paper: size, letters and what is drawn, with a preview, above the charts and not over them.

#include "widgets/panels/figurecharts.h"
#include "widgets/plots/figuresheet.h"

#include <QFrame>
#include <QHash>
#include <QJsonObject>
#include <QPointer>
#include <QSet>
#include <QTimer>

#include <functional>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFontComboBox;
class QLabel;
class QLineEdit;
class QPushButton;
class QTabWidget;

namespace aha {

class FigureWords;
class LinePlot;
class NoteBar;

class FigureForm : public QFrame {
    Q_OBJECT
public:
    explicit FigureForm(QWidget* parent);

    /// Offers this chart alone.
    void begin(LinePlot* chart);
    /// Fills these charts, each in an event of its own, hands over those that have data, then says that it is done.
    using Walk = std::function<void(const QStringList& ids,
        std::function<void(const QString& id, LinePlot* chart)> draw, std::function<void()> done)>;
    /// Offers these to choose from; `shown` is the first of the chosen ones.
    void begin(const QVector<FigureChart>& charts, const QStringList& chosen, LinePlot* shown, Walk walk);

    FigureStyle style() const;
    /// Everything that the next start should find again.
    QJsonObject toJson() const;
    void fromJson(const QJsonObject& json);
    /// Of the settings alone: where there is no room, there is no preview.
    QSize minimumSizeHint() const override;

Q_SIGNALS:
    /// A figure was written: the settings are worth keeping.
    void used();

protected:
    void keyPressEvent(QKeyEvent* event) override;
    void resizeEvent(QResizeEvent* event) override;
    void showEvent(QShowEvent* event) override;

private:
    enum class Target { One, Folder, Sheet };
    Target target() const;
    void suggestPath(); ///< in the folder used last
    void suggestHeight(); ///< of several panels
    void changed(); ///< of the settings
    void showTarget(); ///< what is written, and to where
    void look(const QString& id); ///< at this chart
    void take(const QString& id, LinePlot* chart); ///< a filled one
    void redrawSoon();
    void fetch(const QStringList& ids); ///< for the preview, as far as it was not yet asked for
    void drawPreview();
    void chooseWidth();
    void browse();
    // figureformfiles.cpp
    void exportNow(bool replace);
    void exportAll(const QString& folder, bool replace);
    void exportSheet(const QString& file);
    void gather(const QStringList& ids, std::function<void(const QVector<LinePlot*>& charts)> done);
    static QString fileName(const QString& title); ///< without an ending
    bool write(LinePlot* chart, const QString& file);
    void report(qsizetype files, const QStringList& failed, const QString& target);
    QStringList chosenIds() const;
    LinePlot* plot(const QString& id) const;
    FigureSheet sheet(const QVector<LinePlot*>& charts) const;
    QString typed() const; ///< absolute
    QString path() const; ///< with an ending that says the kind
    QString kind() const;

    Walk m_walk; ///< empty: one chart
    QString m_current, m_folder, m_pathFor;
    QHash<QString, QPointer<LinePlot>> m_plots; ///< filled, by id
    QSet<QString> m_asked; ///< for those
    bool m_filling = false;
    QLabel *m_heading, *m_preview;
    QTabWidget* m_tabs;
    FigureCharts* m_charts;
    FigureWords* m_words;
    QComboBox *m_widths, *m_kind;
    QDoubleSpinBox *m_width, *m_ratio, *m_points;
    QFontComboBox* m_family;
    QCheckBox *m_legend, *m_raw, *m_bands, *m_markers, *m_title;
    QLineEdit* m_path;
    NoteBar* m_note;
    QTimer m_redraw;
};

} // namespace aha
